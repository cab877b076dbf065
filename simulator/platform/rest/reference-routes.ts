import { parsePaging } from '../alerts/alert-query';
import { uuidOf } from '../alerts/random';
import { CATALOG_RULES } from '../alerts/rules';
import { CUSTOM_STATUSES } from '../alerts/statuses';
import { API_KEY, COMMUNITIES, ENTITIES } from '../alerts/tenants';
import { ApiError } from './api-error';
import type { Call, Route } from './route';

function getProfile(): unknown {
  return {
    uuid: uuidOf('profile', 'simulator'),
    email: 'simulator@example.org',
    firstname: 'Simulator',
    lastname: 'Key',
    // Meshroom reads the community of the key here (github.com/jeromefellus-sekoia/meshroom, products/sekoia/api.py).
    community: COMMUNITIES[0].uuid,
  };
}

/** As the XSOAR pack expects it (github.com/demisto/content, Packs/SekoiaXDR). */
function validate({ desk }: Call): unknown {
  const iat = Math.floor(desk.now() / 1000);
  return {
    csrf: uuidOf('csrf', 'simulator'),
    fresh: false,
    iat,
    identity: `apikey:${API_KEY.uuid}`,
    jti: uuidOf('jti', 'simulator'),
    nbf: iat,
    type: 'access',
    user_claims: null,
  };
}

// The exact form of the lists below is not published. They are taken to be paged as the alert list is, and to be
// filtered by a part of the name.

function page<T>(query: URLSearchParams, all: readonly T[]): { items: T[]; total: number } {
  const { limit, offset } = parsePaging(query);
  return { items: all.slice(offset, offset + limit), total: all.length };
}

function byName<T extends { name: string }>(query: URLSearchParams, all: readonly T[]): T[] {
  const part = (query.get('match[name]') ?? '').toLowerCase();
  return all.filter(({ name }) => name.toLowerCase().includes(part));
}

function listRules({ query }: Call): unknown {
  const rules = byName(query, CATALOG_RULES);
  return page(
    query,
    rules.map(({ uuid, name, severity, enabled }) => ({ uuid, name, severity, enabled })),
  );
}

function getRule({ id }: Call): unknown {
  const rule = CATALOG_RULES.find(({ uuid }) => uuid === id);
  if (!rule) throw new ApiError(404, 'Rule not found');
  return rule;
}

export const REFERENCE_ROUTES: Route[] = [
  { method: 'GET', path: /^\/v1\/me$/, answer: getProfile },
  { method: 'GET', path: /^\/v1\/auth\/validate$/, answer: validate },
  { method: 'GET', path: /^\/v1\/sic\/conf\/rules-catalog\/rules$/, answer: listRules },
  { method: 'GET', path: /^\/v1\/sic\/conf\/rules-catalog\/rules\/([^/]+)$/, answer: getRule },
  {
    method: 'GET',
    path: /^\/v1\/sic\/entities$/,
    permission: 'SIC_READ_ENTITIES',
    answer: ({ query }) => page(query, byName(query, ENTITIES)),
  },
  {
    method: 'GET',
    path: /^\/v1\/communities$/,
    answer: ({ query }) => page(query, byName(query, COMMUNITIES)),
  },
  {
    method: 'GET',
    path: /^\/v1\/sic\/custom_statuses$/,
    answer: ({ query }) =>
      page(
        query,
        Object.values(CUSTOM_STATUSES).map(({ uuid, status }) => ({ uuid, ...status })),
      ),
  },
];
