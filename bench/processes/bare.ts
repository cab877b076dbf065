/** The least that can be: a script with `ws` and one agent, which remembers nothing and checks nothing. */
import http from 'node:http';

import { WebSocket } from 'ws';

import { serve } from '../support/child';

const { PLATFORM_URL = '', TARGET_URL = '', API_KEY = '' } = process.env;
const agent = new http.Agent({ keepAlive: true, maxSockets: 10 });

function request(
  method: string,
  url: string,
  headers: http.OutgoingHttpHeaders,
  body?: string,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const sending = http.request(url, { method, agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
      response.on('error', reject);
    });
    sending.on('error', reject);
    sending.end(body);
  });
}

async function deliver(uuid: string): Promise<void> {
  const answer = await request('GET', `${PLATFORM_URL}/v1/sic/alerts/${uuid}`, {
    Authorization: `Bearer ${API_KEY}`,
  });
  const alert = JSON.parse(answer) as { rule: { name: string; severity: number } };
  const body = JSON.stringify({
    alert_short_id: uuid,
    rule_name: alert.rule.name,
    rule_severity: alert.rule.severity,
    description: 'This is a description',
  });
  await request('POST', TARGET_URL, { 'Content-Type': 'application/json' }, body);
}

const socket = new WebSocket(`${PLATFORM_URL.replace('http', 'ws')}/live/`, {
  headers: { Cookie: `access_token_cookie=${API_KEY}` },
});
socket.on('message', (data: Buffer) => {
  const notice = JSON.parse(data.toString('utf8')) as { attributes?: { event?: string; alert_uuid: string } };
  if (notice.attributes?.event === 'alert-created') void deliver(notice.attributes.alert_uuid);
});
socket.once('open', () => serve({}));
