import type { Facets } from '../alerts/facets';
import { STATUSES } from '../alerts/statuses';
import type { TenantEntity } from '../alerts/tenants';
import { pageOf } from './paging';
import type { Call, Route } from './route';

// What the alerts of the tenant have in common, for whoever may read them. The texts of the platform's description
// do not say how `match[name]` compares: here it finds a part of the name.

function named(read: (facets: Facets) => readonly TenantEntity[]): (call: Call) => unknown {
  return ({ desk, query }) => {
    const part = (query.get('match[name]') ?? '').toLowerCase();
    const uuids = query.get('match[uuid]')?.split(',');
    const communities = (query.get('match[community_uuid]') ?? query.get('community_uuid'))?.split(',');
    const found = read(desk.store.facets()).filter(
      ({ uuid, name, community_uuid }) =>
        name.toLowerCase().includes(part) &&
        (uuids?.includes(uuid) ?? true) &&
        (communities?.includes(community_uuid) ?? true),
    );
    return pageOf(query, query.get('direction') === 'desc' ? found.reverse() : found);
  };
}

function listTypes({ desk, query }: Call): unknown {
  const [category, value] = [query.get('match[category]'), query.get('match[value]')];
  const found = desk.store
    .facets()
    .types.filter(
      (type) => (category ?? type.category) === type.category && (value ?? type.value) === type.value,
    );
  return pageOf(query, found, 100);
}

function listTitles({ desk, query }: Call): unknown {
  const part = (query.get('match[title]') ?? '').toLowerCase();
  return pageOf(
    query,
    desk.store.facets().titles.filter((title) => title.toLowerCase().includes(part)),
  );
}

const PERMISSIONS = ['View alerts'] as const;

export const CATALOGUE_ROUTES: Route[] = [
  {
    method: 'GET',
    path: /^\/v1\/sic\/alerts\/rules$/,
    permissions: PERMISSIONS,
    answer: named(({ rules }) => rules),
  },
  {
    method: 'GET',
    path: /^\/v1\/sic\/alerts\/entities$/,
    permissions: PERMISSIONS,
    answer: named(({ entities }) => entities),
  },
  { method: 'GET', path: /^\/v1\/sic\/alerts\/types$/, permissions: PERMISSIONS, answer: listTypes },
  { method: 'GET', path: /^\/v1\/sic\/alerts\/titles$/, permissions: PERMISSIONS, answer: listTitles },
  {
    method: 'GET',
    path: /^\/v1\/sic\/alerts\/statuses$/,
    permissions: PERMISSIONS,
    answer: ({ query }) => pageOf(query, Object.values(STATUSES)),
  },
];
