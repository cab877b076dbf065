import assert from 'node:assert/strict';

import { RunsApi } from './support/runs-api';
import { type UseCaseFixture, nodeOf, startUseCase } from './support/use-case-fixture';

const PASSWORD = '$2b$08$YyTsY6qxMZe2ub.11y.uHOPpyqhlVzfOl5SrtU0p8EbDPQmGKZTUq'; // "password"

describe('the admin API of runs, with adminAuth', () => {
  let fixture: UseCaseFixture;
  let trigger: string;

  before(async () => {
    const user = (username: string, ...permissions: string[]): object => ({
      username,
      password: PASSWORD,
      permissions,
    });
    const users = [
      user('reader', 'sekoia-runs.read'),
      user('writer', 'sekoia-runs.read', 'sekoia-runs.write'),
      user('stranger', 'flows.read'),
      user('all', '*'),
    ];
    fixture = await startUseCase({ nodeRed: { settings: { adminAuth: { type: 'credentials', users } } } });
    trigger = nodeOf(fixture.flows, 'sekoia-alert-created').id;
    const admin = { Authorization: `Bearer ${await login('all', '*')}` };
    const started = fixture.nodeRed.nextLine(/Started flows/);
    await fixture.nodeRed.request('POST', '/flows', fixture.flows, admin);
    await started;
  });
  after(() => fixture.stop());

  async function login(username: string, scope: string): Promise<string> {
    const answer = (await fixture.nodeRed.request('POST', '/auth/token', {
      ...{ client_id: 'node-red-admin', grant_type: 'password', scope, username, password: 'password' },
    })) as { access_token: string };
    return answer.access_token;
  }

  /** What each call is answered, with the status that tells that it got through. */
  async function statuses(token?: string): Promise<Record<string, [number, number]>> {
    const api = new RunsApi(fixture, token);
    const calls: ['GET' | 'POST', string, number][] = [
      ['GET', 'runs', 200],
      ['GET', 'runs/none', 404],
      ['GET', 'runs/rerun-failed', 200],
      ['GET', 'triggers', 200],
      ['GET', `triggers/${trigger}/waiting`, 200],
      ['GET', 'metrics', 501],
      ['POST', 'runs/none/rerun', 404],
      ['POST', 'runs/rerun-failed', 202],
      ['POST', `triggers/${trigger}/off`, 200],
      ['POST', `triggers/${trigger}/on`, 200],
    ];
    const answers: Record<string, [number, number]> = {};
    for (const [method, route, through] of calls)
      answers[`${method} ${route}`] = [(await api.call(method, route)).status, through];
    return answers;
  }

  const assertStatuses = async (token: string | undefined, may: (call: string) => boolean): Promise<void> => {
    for (const [call, [status, through]] of Object.entries(await statuses(token)))
      assert.equal(status, may(call) ? through : 401, call);
  };

  it('answers nobody who is not logged in', () => assertStatuses(undefined, () => false));

  it('answers nobody with another permission', async () =>
    assertStatuses(await login('stranger', 'flows.read'), () => false));

  it('lets users with the read permission only read', async () =>
    assertStatuses(await login('reader', 'sekoia-runs.read'), (call) => call.startsWith('GET')));

  it('lets users with the write permission do everything', async () =>
    assertStatuses(await login('writer', 'sekoia-runs.read sekoia-runs.write'), () => true));

  it('accepts the usual names for all permissions', async () =>
    assertStatuses(await login('all', '*'), () => true));
});
