import { uuidOf } from '../alerts/random';
import { CATALOG_RULES } from '../alerts/rules';
import { CUSTOM_STATUSES, VERDICTS } from '../alerts/statuses';
import { ANALYST, API_KEY, COMMUNITIES } from '../alerts/tenants';
import { ApiError } from './api-error';
import { flag, pageOf } from './paging';
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

function getRule({ id }: Call): unknown {
  const rule = CATALOG_RULES.find(({ uuid }) => uuid === id);
  if (!rule) throw new ApiError(404, 'Rule not found');
  return rule;
}

/** When, by whom and for whom the tenant made a custom status or a verdict. */
const MADE = {
  community_uuid: COMMUNITIES[0].uuid,
  created_at: '2025-03-03T09:00:00.000000Z',
  created_by: ANALYST.uuid,
  created_by_type: ANALYST.type,
  updated_at: '2025-03-03T09:00:00.000000Z',
  updated_by: ANALYST.uuid,
  updated_by_type: ANALYST.type,
};

/** That `match[type]` takes `alert` and `case` is a guess: its values are not published. */
function listCustomStatuses({ query }: Call): unknown {
  const used = flag(query, 'with_is_used', false);
  const type = query.get('match[type]');
  const statuses = Object.values(CUSTOM_STATUSES).map(({ uuid, status }) => ({
    uuid,
    ...status,
    ...MADE,
    type: ['alert', 'case'],
    ...(used && { is_used: true, is_used_in_cases: false, is_used_in_alerts: true }),
  }));
  return pageOf(
    query,
    statuses.filter((status) => type === null || type.split(',').some((one) => status.type.includes(one))),
  );
}

function listCustomVerdicts({ query }: Call): unknown {
  const used = flag(query, 'with_is_used', false);
  return pageOf(
    query,
    Object.values(VERDICTS).map((verdict) => ({ ...verdict, ...MADE, ...(used && { is_used: false }) })),
  );
}

export const REFERENCE_ROUTES: Route[] = [
  { method: 'GET', path: /^\/v1\/me$/, answer: getProfile },
  { method: 'GET', path: /^\/v1\/auth\/validate$/, answer: validate },
  { method: 'GET', path: /^\/v1\/sic\/conf\/rules-catalog\/rules\/([^/]+)$/, answer: getRule },
  {
    method: 'GET',
    path: /^\/v1\/sic\/custom_statuses$/,
    permissions: ['View cases', 'View alerts'],
    answer: listCustomStatuses,
  },
  {
    method: 'GET',
    path: /^\/v1\/sic\/custom_verdicts$/,
    permissions: ['View cases', 'View alerts'],
    answer: listCustomVerdicts,
  },
];
