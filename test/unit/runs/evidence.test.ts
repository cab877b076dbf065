import assert from 'node:assert/strict';

import type { SentRequest } from '../../../lib/runs';
import { FakeNode, FakeRuntime } from './support';

describe('the step of an http request is recorded', () => {
  for (const { answer, failed, status } of [
    { answer: { statusCode: 201, payload: 'ok' }, failed: false, status: 201 },
    { answer: { statusCode: 500, payload: 'no' }, failed: true, status: 500 },
    { answer: { statusCode: 'ECONNREFUSED', payload: 'RequestError' }, failed: true, status: 'ECONNREFUSED' },
  ])
    it(`with ${status}`, async () => {
      const seen: (SentRequest | undefined)[] = [];
      const red = new FakeRuntime({
        configurationOf: () => ({ method: 'use', url: '' }),
        observer: {
          stepBegan: () => undefined,
          stepSent: () => undefined,
          stepEnded: (_run, { request }) => seen.push(request),
        },
      });
      const http = new FakeNode('http', { type: 'http request' });
      const message = { method: 'put', url: 'http://me:secret@host/a?b=c', payload: 'x' };
      const run = red.start(message, [http]);
      run.deliveries[0]!(() => {
        Object.assign(message, answer);
        red.done(http, message);
      });
      await red.clock.turn();
      await red.clock.turn();
      assert.equal(run.status, failed ? 'failed' : 'succeeded');
      assert.deepEqual(seen, [{ method: 'PUT', url: 'http://host/a?b=c', status: status }]);
    });
});
