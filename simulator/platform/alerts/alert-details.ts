import type { AlertCase, AlertComment, AlertItem, Author, Countermeasure, Stix } from './alert';
import { drawCommentCount } from './alert-factory';
import type { AlertRecord } from './alert-record';
import { between, chance, drawUuid, pick, random, uuidOf } from './random';
import { ANALYST, API_KEY, CASES, DETECTION } from './tenants';

const REMARKS = [
  'Seen before on this host.',
  'False positive? "Ask the owner" \\ check\nthe proxy log',
  '<b>Escalated</b> & isolated 🚑',
  'Ticket {{ store.ticket }} opened',
  '確認しました',
];

/** The last of `comments` is the newest. */
export function drawComments(seed: number, record: AlertRecord): readonly AlertComment[] {
  return [...(record.fields.comments ?? drawOwnComments(seed, record)), ...(record.comments ?? [])];
}

function drawOwnComments(seed: number, record: AlertRecord): AlertComment[] {
  const draw = random(seed, record.number, 'comments');
  return Array.from({ length: drawCommentCount(seed, record) }, () => {
    const by = pick(draw, [ANALYST, API_KEY, DETECTION]);
    return commentOf(drawUuid(draw), pick(draw, REMARKS), by, record.createdAtMs);
  });
}

export function commentOf(
  uuid: string,
  content: string,
  by: Author,
  atMs: number,
  author = `${by.type}:${by.uuid}`,
): AlertComment {
  const date = Math.floor(atMs / 1000);
  return { uuid, content, author, date, created_by: by.uuid, created_by_type: by.type, unseen: true };
}

/** One alert in twenty belongs to a case. */
export function drawCases(seed: number, record: AlertRecord): readonly AlertCase[] {
  if (record.fields.cases) return record.fields.cases;
  const draw = random(seed, record.number, 'cases');
  return chance(draw, 0.05) ? [pick(draw, CASES)] : [];
}

export function drawCountermeasures(seed: number, record: AlertRecord): readonly Countermeasure[] {
  if (record.fields.countermeasures) return record.fields.countermeasures;
  const draw = random(seed, record.number, 'countermeasures');
  return Array.from({ length: between(draw, 0, 2) }, () => ({
    uuid: drawUuid(draw),
    model_uuid: drawUuid(draw),
    alert_uuid: record.uuid,
    name: pick(draw, ['Block the address', 'Isolate the host "now"', 'Réinitialiser le mot de passe']),
    description: 'What an analyst would do by hand.',
    status: 'created',
    relevance: between(draw, 0, 100),
    dynamic_relevance: 0,
    duration: null,
    created_at: new Date(record.createdAtMs).toISOString().replace('Z', '000+00:00'),
    course_of_action: { type: 'course-of-action', id: `course-of-action--${drawUuid(draw)}` },
    action_steps: [{ name: 'Deny', description: 'Deny the traffic', status: 'created' }],
    comments: [],
    assignee: null,
    type: 'openc2',
  }));
}

/** The bundle of `stix=true`: the sighting, and what it refers to. */
export function drawStix(record: AlertRecord, item: AlertItem): Stix {
  if (record.fields.stix) return record.fields.stix;
  const observables = [item.source, item.target].flatMap((value) =>
    value === null
      ? []
      : [{ type: 'observed-data', id: `observed-data--${uuidOf('observed', value)}`, value }],
  );
  return {
    type: 'bundle',
    id: `bundle--${uuidOf('bundle', record.uuid)}`,
    objects: [
      {
        type: 'sighting',
        id: `sighting--${record.uuid}`,
        created: new Date(record.createdAtMs).toISOString(),
        first_seen: item.first_seen_at,
        last_seen: item.last_seen_at,
        sighting_of_ref: item.ttps[0]?.id ?? null,
      },
      ...item.ttps,
      ...item.adversaries,
      ...observables,
    ],
  };
}
