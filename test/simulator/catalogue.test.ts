import assert from 'node:assert/strict';
import {
  CATALOG_RULES,
  COMMUNITIES,
  CUSTOM_STATUSES,
  ENTITIES,
  startPlatform,
  STATUSES,
  VERDICTS,
  type Platform,
} from '../../simulator';
import { get } from './clients';

interface Named {
  uuid: string;
  name: string;
  community_uuid: string;
}

interface Items<T> {
  items: T[];
  total: number;
}

describe('the catalogs', () => {
  let platform: Platform;

  beforeEach(async () => {
    platform = await startPlatform();
  });

  afterEach(() => platform.stop());

  it('list rules by a part of their name, in pages', async () => {
    const path = '/v1/sic/alerts/rules';
    const page = await get<Items<Named>>(platform, `${path}?limit=2&offset=1`);
    assert.deepEqual(
      page.items.map(({ name }) => name),
      CATALOG_RULES.slice(1, 3).map(({ name }) => name),
    );
    assert.equal(page.total, CATALOG_RULES.length);
    assert.equal((await get<Items<Named>>(platform, `${path}?match[name]=eicar`)).total, 1);
    platform.raiseMany(3, { rule: { name: 'of our own' } });
    const own = await get<Items<Named>>(platform, `${path}?match[name]=of our own`);
    assert.deepEqual(
      own.items.map(({ uuid }) => uuid),
      [[...platform.alerts][0]!.rule.uuid],
    );
  });

  it('list the entities of one community', async () => {
    const path = '/v1/sic/alerts/entities';
    assert.deepEqual((await get<Items<Named>>(platform, path)).items, ENTITIES);
    const [, subsidiary] = COMMUNITIES;
    const { items } = await get<Items<Named>>(platform, `${path}?match[community_uuid]=${subsidiary!.uuid}`);
    assert.deepEqual(
      items,
      ENTITIES.filter(({ community_uuid }) => community_uuid === subsidiary!.uuid),
    );
  });

  it('list types, titles and statuses', async () => {
    platform.raise({ alert_type: { category: 'fraud', value: 'scam' }, title: 'A title of our own' });
    const types = await get<Items<{ category: string; value: string }>>(
      platform,
      '/v1/sic/alerts/types?match[category]=fraud',
    );
    assert.deepEqual(
      types.items.map(({ value }) => value),
      ['phishing', 'scam'],
    );
    const titles = await get<Items<string>>(platform, '/v1/sic/alerts/titles?match[title]=of our own');
    assert.deepEqual(titles, { items: ['A title of our own'], total: 1 });
    const statuses = await get<Items<object>>(platform, '/v1/sic/alerts/statuses');
    assert.deepEqual(statuses, { items: Object.values(STATUSES), total: 5 });
  });

  it('list custom statuses and verdicts', async () => {
    const statuses = await get<Items<{ uuid: string }>>(
      platform,
      '/v1/sic/custom_statuses?with_is_used=true',
    );
    assert.deepEqual(
      statuses.items.map(({ uuid }) => uuid),
      Object.values(CUSTOM_STATUSES).map(({ uuid }) => uuid),
    );
    const verdicts = await get<Items<{ uuid: string }>>(platform, '/v1/sic/custom_verdicts?limit=1');
    assert.deepEqual([verdicts.items[0]?.uuid, verdicts.total], [VERDICTS.truePositive.uuid, 2]);
  });
});
