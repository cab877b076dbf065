import assert from 'node:assert/strict';

import { type UseCaseFixture, deployAndGoLive, nodeOf, startUseCase } from './support/use-case-fixture';

describe('suggestions for filters', () => {
  let fixture: UseCaseFixture;
  let id: string;

  before(async () => {
    fixture = await startUseCase();
    await deployAndGoLive(fixture);
    ({ id } = nodeOf(fixture.flows, 'sekoia-config'));
    fixture.platform.raiseMany(50);
  });

  after(() => fixture.stop());

  const choices = async (kind: string, search = ''): Promise<{ value: string; label: string }[]> => {
    const route = `/sekoia-config/${id}/choices/${kind}?search=${encodeURIComponent(search)}`;
    return ((await fixture.nodeRed.request('GET', route)) as { items: { value: string; label: string }[] })
      .items;
  };

  it('are the tenant’s own values, of each kind', async () => {
    const [alert] = [...fixture.platform.alerts];
    const values = async (kind: string): Promise<string[]> => (await choices(kind)).map(({ value }) => value);
    assert.ok((await values('rules')).includes(alert!.rule.name));
    assert.ok((await values('communities')).includes(alert!.community_uuid));
    assert.ok(
      (await values('alert-types')).includes(`${alert!.alert_type.category}/${alert!.alert_type.value}`),
    );
    assert.ok((await values('entities')).length > 0);
    assert.ok((await values('statuses')).length > 0);
  });

  it('contain the typed text', async () => {
    for (const { label } of await choices('rules', 'RAT')) assert.match(label, /rat/i);
    assert.deepEqual(await choices('rules', 'no rule has this name'), []);
  });

  it('fail with a message for what does not exist', async () => {
    await assert.rejects(choices('secrets'), /404/);
    await assert.rejects(
      fixture.nodeRed.request('GET', '/sekoia-config/none/choices/rules'),
      /404 .*not-deployed/,
    );
  });
});

describe('the admin routes with adminAuth', () => {
  it('require their permissions', async () => {
    const password = '$2b$08$YyTsY6qxMZe2ub.11y.uHOPpyqhlVzfOl5SrtU0p8EbDPQmGKZTUq'; // "password"
    const fixture = await startUseCase({
      nodeRed: {
        settings: {
          adminAuth: {
            type: 'credentials',
            users: [{ username: 'reader', password, permissions: ['flows.read', 'sekoia-config.read'] }],
          },
        },
      },
    });
    try {
      const status = async (method: string, route: string, token?: string): Promise<number> => {
        const response = await fetch(fixture.nodeRed.url + route, {
          method,
          headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
          ...(method === 'POST' && { body: '{}' }),
        });
        await response.text();
        return response.status;
      };
      assert.equal(await status('POST', '/sekoia-config/test'), 401);
      assert.equal(await status('GET', '/sekoia-config/x/choices/rules'), 401);
      const login = (await fixture.nodeRed.request('POST', '/auth/token', {
        client_id: 'node-red-admin',
        grant_type: 'password',
        scope: 'flows.read sekoia-config.read',
        username: 'reader',
        password: 'password',
      })) as { access_token: string };
      assert.equal(await status('GET', '/sekoia-config/x/choices/rules', login.access_token), 404);
      assert.equal(await status('POST', '/sekoia-config/test', login.access_token), 401);
    } finally {
      await fixture.stop();
    }
  });
});
