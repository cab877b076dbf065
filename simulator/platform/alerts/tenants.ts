import type { AlertCase, Author, Entity } from './alert';
import { deepFreeze } from './freeze';
import { uuidOf } from './random';

export interface Community {
  uuid: string;
  name: string;
  description: string;
}

export interface TenantEntity extends Entity {
  community_uuid: string;
}

function community(name: string): Community {
  return { uuid: uuidOf('community', name), name, description: `The community ${name}` };
}

const MAIN = community('Example Group');
const SUBSIDIARY = community('Société d’Exemple "Sud"');
const CUSTOMER = community('顧客 & Söhne');

/** The first is the one that the API key belongs to. */
export const COMMUNITIES: readonly [Community, ...Community[]] = deepFreeze([MAIN, SUBSIDIARY, CUSTOMER]);

function entity(name: string, owner: Community): TenantEntity {
  return { uuid: uuidOf('entity', name), name, community_uuid: owner.uuid };
}

export const ENTITIES: readonly TenantEntity[] = deepFreeze([
  entity('Site Lyon', MAIN),
  entity('Head office "HQ"', MAIN),
  entity('Plant <3>', MAIN),
  entity('Données & Réseaux', SUBSIDIARY),
  entity('東京データセンター', CUSTOMER),
]);

const BY_NAME = new Map(ENTITIES.map((known) => [known.name, known]));

export function entityByName(name: string): TenantEntity | undefined {
  return BY_NAME.get(name);
}

export const ASSETS: readonly string[] = deepFreeze(
  Array.from({ length: 40 }, (_, i) => uuidOf('asset', String(i))),
);
export const INTAKES: readonly string[] = deepFreeze(
  ['Firewall', 'EDR', 'Mail'].map((name) => uuidOf('intake', name)),
);

export const CASES: readonly AlertCase[] = deepFreeze(
  ['Phishing wave', 'Ransomware at "Plant 3"', 'Lost laptop'].map((name, i) => ({
    short_id: `CA${uuidOf('case', name).replaceAll('-', '').slice(0, 10)}`,
    name,
    is_supplied: i === 0,
    manual: i !== 0,
    status: 'opened',
  })),
);

/** Who raises alerts: the detection engine. */
export const DETECTION: Author = deepFreeze({
  uuid: uuidOf('application', 'detection'),
  type: 'application',
});
export const ANALYST: Author = deepFreeze({ uuid: uuidOf('user', 'analyst'), type: 'user' });
export const API_KEY: Author = deepFreeze({ uuid: uuidOf('apikey', 'simulator'), type: 'apikey' });
