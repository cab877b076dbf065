import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { on, once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { startExternalTool, startPlatform } from '../../simulator';

describe('the servers', () => {
  it('listen where configured, and report when they cannot', async () => {
    const platform = await startPlatform();
    const port = Number(new URL(platform.url).port);
    await assert.rejects(startPlatform({ port }), { code: 'EADDRINUSE' });
    await assert.rejects(startExternalTool({ port }), { code: 'EADDRINUSE' });
    await platform.stop();
    const again = await startPlatform({ port });
    assert.equal(again.url, `http://127.0.0.1:${port}`);
    await again.stop();
  });

  it('speak TLS', async () => {
    const cert = readFileSync(join(__dirname, 'localhost.pem'));
    const platform = await startPlatform({
      tls: { cert, key: readFileSync(join(__dirname, 'localhost-key.pem')) },
    });
    const headers = { Authorization: `Bearer ${platform.apiKey}` };
    try {
      assert.match(platform.url, /^https:/);
      const request = get(`${platform.url}/v1/me`, { ca: cert, headers });
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      assert.equal(response.statusCode, 200);
      response.resume();
      const socket = new WebSocket(`${platform.url.replace('https', 'wss')}/live/`, { ca: cert, headers });
      const [message] = (await once(socket, 'message')) as [Buffer];
      assert.match(message.toString(), /"authenticated":true/);
      socket.terminate();
      platform.faults.rest({ reset: true });
      await assert.rejects(once(get(`${platform.url}/v1/me`, { ca: cert, headers }), 'response'), {
        code: 'ECONNRESET',
      });
    } finally {
      await platform.stop();
    }
  });

  it('run as a program that ends cleanly', async () => {
    const program = spawn(
      process.execPath,
      ['--require', 'tsx/cjs', join(__dirname, '../../simulator/main.ts')],
      {
        env: { ...process.env, PORT: '0', TOOL_PORT: '0', ALERT_EVERY_SECONDS: '0.01', SEKOIA_API_KEY: 'k' },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    try {
      // Not for await: it would end the iterator with the first line that is found.
      const lines = on(createInterface(program.stdout), 'line') as AsyncIterator<[string]>;
      const line = async (wanted: RegExp): Promise<string | undefined> => {
        for (;;) {
          const { value } = (await lines.next()) as IteratorYieldResult<[string]>;
          const found = wanted.exec(value[0]);
          if (found) return found[1];
        }
      };
      const platformUrl = await line(/Sekoia\.io +(\S+) +API key: k$/);
      const toolUrl = await line(/External tool +(\S+)/);
      await line(/^raised +AL/);
      const response = await fetch(`${platformUrl!}/v1/sic/alerts`, {
        headers: { Authorization: 'Bearer k' },
      });
      assert.equal(response.status, 200);
      const received = line(/^received +POST (\S+) +"the-key"$/);
      await fetch(`${toolUrl!}/x`, { method: 'POST', body: '{}', headers: { 'Idempotency-Key': 'the-key' } });
      assert.equal(await received, '/x');
      const ended = once(program, 'exit') as Promise<[number | null, string | null]>;
      program.kill('SIGTERM');
      const [code] = await ended;
      // Windows knows no signals: there the program is just ended.
      if (process.platform !== 'win32') assert.equal(code, 0);
    } finally {
      program.kill('SIGKILL');
    }
  });
});
