import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import readline from 'node:readline';

import { startPlatform } from '../../simulator';
import { ROOT } from './support/package';

/** `npm start` without its installation. */
class Demo {
  readonly lines: string[] = [];
  readonly exited: Promise<unknown[]>;
  private readonly child: ChildProcess;

  constructor(env: NodeJS.ProcessEnv) {
    this.child = spawn(process.execPath, ['--import', 'tsx', path.join('scripts', 'demo.ts')], {
      cwd: ROOT,
      env: { ...process.env, SEKOIA_API_KEY: '', SEKOIA_BASE_URL: '', ALERT_EVERY_SECONDS: '0.5', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.exited = once(this.child, 'exit');
    for (const stream of [this.child.stdout, this.child.stderr])
      readline.createInterface({ input: stream! }).on('line', (line) => this.lines.push(line));
  }

  /** Resolves with the first line that matches, or throws when the demo ends without one. */
  async waitForLine(pattern: RegExp): Promise<string> {
    for (;;) {
      const line = this.lines.find((one) => pattern.test(one));
      if (line !== undefined) return line;
      if (this.child.exitCode !== null) throw new Error(`The demo ended:\n${this.lines.join('\n')}`);
      await Promise.race([once(this.child.stdout!, 'data'), this.exited]);
    }
  }

  /** Makes sure that a failed test leaves nothing behind. */
  kill(): void {
    if (this.child.exitCode === null) this.child.kill('SIGTERM');
  }

  async interrupt(): Promise<void> {
    this.child.kill('SIGINT');
    const [code] = await this.exited;
    assert.equal(code, 0);
  }
}

describe('npm start', function () {
  let demo: Demo;

  afterEach(() => demo.kill());

  it('shows alerts from raised to received, and ends everything on Ctrl-C', async () => {
    demo = new Demo({});
    const received = await demo.waitForLine(/^received /);
    const uuid = /^received (\S+) after \d+ ms/.exec(received)![1]!;
    assert.ok(demo.lines.some((line) => line.startsWith(`raised   ${uuid}`)));
    const addresses = demo.lines
      .map((line) => /(http:\S+)/.exec(line)?.[1])
      .filter((url) => url !== undefined);
    assert.equal(addresses.length, 3);
    assert.equal((await fetch(addresses[2]!)).status, 200);
    await demo.interrupt();
    for (const address of addresses) await assert.rejects(fetch(address), TypeError);
  });

  it('uses the platform that the environment names', async () => {
    const platform = await startPlatform({ apiKey: 'a-real-key' });
    demo = new Demo({ SEKOIA_API_KEY: 'a-real-key', SEKOIA_BASE_URL: platform.url });
    try {
      await demo.waitForLine(/Ctrl-C/);
      if (platform.live.open === 0) await once(platform.live, 'open');
      const { uuid } = platform.raise();
      await demo.waitForLine(new RegExp(`^received ${uuid}`));
    } finally {
      await demo.interrupt();
      await platform.stop();
    }
  });

  it('says what is missing', async () => {
    demo = new Demo({ SEKOIA_BASE_URL: 'https://api.sekoia.io' });
    const [code] = await demo.exited;
    assert.equal(code, 1);
    assert.match(demo.lines.join('\n'), /SEKOIA_API_KEY is not/);
  });
});
