import type { AlertFields, AlertItem, Entity, Status, Urgency } from './alert';
import type { AlertRecord } from './alert-record';
import { merge } from './merge';
import { between, chance, drawShortId, drawUuid, pick, random, uuidOf, type Random } from './random';
import { CATALOG_RULES, ruleByName, type CatalogRule } from './rules';
import {
  CUSTOM_STATUSES,
  STATUSES,
  customStatusByLabel,
  customStatusByUuid,
  statusByName,
  statusByUuid,
  verdictByUuid,
} from './statuses';
import { ASSETS, COMMUNITIES, DETECTION, ENTITIES, entityByName, INTAKES } from './tenants';
import { ADVERSARIES } from './threats';

export function drawIdentity(seed: number, number: number): { uuid: string; shortId: string } {
  const draw = random(seed, number, 'identity');
  return { uuid: drawUuid(draw), shortId: drawShortId(draw, 'AL') };
}

/** Few alerts are commented when they are read for the first time. */
export function drawCommentCount(seed: number, record: AlertRecord): number {
  const draw = random(seed, record.number, 'commentCount');
  return chance(draw, 0.7) ? 0 : between(draw, 1, 4);
}

/** The alert as the list shows it: cheap enough to be drawn for every alert that a filter looks at. */
export function drawItem(seed: number, record: AlertRecord): AlertItem {
  const { fields } = record;
  const draw = random(seed, record.number, 'item');
  const rule = chooseRule(fields, pick(draw, CATALOG_RULES));
  const entity = chooseEntity(fields, chance(draw, 0.03) ? null : pick(draw, ENTITIES));
  const customised = chance(draw, 0.3);
  const firstSeenAt = isoMicroseconds(record.createdAtMs - between(draw, 1_000, 90_000), draw);
  const comments =
    (fields.comments?.length ?? drawCommentCount(seed, record)) + (record.comments?.length ?? 0);

  const item: AlertItem = {
    uuid: record.uuid,
    short_id: record.shortId,
    title: rule.name,
    details: `${rule.description}\nSeen by "${entity?.name ?? 'no entity'}"`,
    created_at: Math.floor(record.createdAtMs / 1000),
    updated_at: Math.floor(record.updatedAtMs / 1000),
    created_by: DETECTION.uuid,
    created_by_type: DETECTION.type,
    updated_by: DETECTION.uuid,
    updated_by_type: DETECTION.type,
    community_uuid: entityByName(entity?.name ?? '')?.community_uuid ?? COMMUNITIES[0].uuid,
    entity,
    urgency: urgencyOf(fields.rule?.severity ?? rule.severity, chance(draw, 0.5) ? 0 : between(draw, 1, 100)),
    alert_type: rule.alert_type,
    status: STATUSES.Pending,
    custom_status_uuid: customised ? CUSTOM_STATUSES.open.uuid : null,
    custom_status: customised ? CUSTOM_STATUSES.open.status : null,
    verdict_uuid: null,
    verdict: null,
    assignee: null,
    custom_fields: [],
    rule: ruleInAlert(rule),
    detection_type: chance(draw, 0.1) ? null : rule.detection_type,
    source: chance(draw, 0.15) ? null : `10.20.${between(draw, 0, 255)}.${between(draw, 1, 254)}`,
    target: chance(draw, 0.25) ? null : `host-${between(draw, 1, 500)}.example.org`,
    similar: chance(draw, 0.6) ? 0 : between(draw, 1, 150),
    ttps: rule.ttps,
    adversaries: chance(draw, 0.7) ? [] : [pick(draw, ADVERSARIES)],
    stix: {},
    kill_chain_short_id: chance(draw, 0.4) ? null : 'KCXKNfnJ0000',
    first_seen_at: firstSeenAt,
    last_seen_at: chance(draw, 0.1) ? null : firstSeenAt,
    assets: Array.from({ length: between(draw, 0, 3) }, () => pick(draw, ASSETS)),
    intake_uuids: [pick(draw, INTAKES)],
    number_of_total_comments: comments,
    number_of_unseen_comments: comments,
    time_to_detect: between(draw, 0, 600),
    time_to_acknowledge: null,
    time_to_respond: null,
    time_to_resolve: null,
  };
  return withFields(item, fields);
}

/** What an alert shows of its rule. */
function ruleInAlert({ uuid, name, description, severity, type, pattern }: CatalogRule): AlertItem['rule'] {
  return { uuid, name, description, severity, type, pattern };
}

function withFields(item: AlertItem, fields: AlertFields): AlertItem {
  if (Object.keys(fields).length === 0) return item;
  // The details are drawn elsewhere, and only for who asks for them.
  const details = {
    comments: undefined,
    history: undefined,
    countermeasures: undefined,
    cases: undefined,
    stix: undefined,
    similarity_strategy: undefined,
  };
  const merged = merge(item, { ...fields, ...details });
  if (fields.urgency && fields.urgency.display === undefined) {
    merged.urgency = { ...merged.urgency, display: urgencyDisplay(merged.urgency.current_value) };
  }
  if (fields.status) merged.status = { ...merged.status, ...knownStatus(fields.status), ...fields.status };
  return { ...merged, ...customStatusOf(merged, fields), ...verdictOf(merged, fields) };
}

/** A caller may name a custom status by its uuid or set it by itself: the other is added. */
function customStatusOf(item: AlertItem, { custom_status_uuid: uuid, custom_status: status }: AlertFields) {
  if (uuid !== undefined && status === undefined)
    return { custom_status: uuid === null ? null : (customStatusByUuid(uuid)?.status ?? item.custom_status) };
  if (status === undefined || uuid !== undefined) return {};
  const known = customStatusByLabel(status?.label ?? '');
  return { custom_status_uuid: status === null ? null : (known?.uuid ?? item.custom_status_uuid) };
}

function verdictOf(item: AlertItem, { verdict_uuid: uuid, verdict }: AlertFields) {
  if (uuid !== undefined && verdict === undefined)
    return { verdict: uuid === null ? null : (verdictByUuid(uuid) ?? item.verdict) };
  return verdict === undefined || uuid !== undefined ? {} : { verdict_uuid: item.verdict?.uuid ?? null };
}

function knownStatus(named: Partial<Status>): Status | undefined {
  return named.uuid === undefined ? statusByName(named.name ?? '') : statusByUuid(named.uuid);
}

/** A caller who names a rule gets the rule of that name, or a new one whose uuid goes with the name. */
function chooseRule(fields: AlertFields, drawn: CatalogRule): CatalogRule {
  const name = fields.rule?.name;
  if (name === undefined) return drawn;
  return ruleByName(name) ?? { ...drawn, name, uuid: uuidOf('rule', name), description: `Detects: ${name}` };
}

function chooseEntity(fields: AlertFields, drawn: Entity | null): Entity | null {
  const name = fields.entity === undefined ? drawn?.name : (fields.entity?.name ?? drawn?.name);
  if (fields.entity === null || name === undefined) return null;
  return { uuid: entityByName(name)?.uuid ?? uuidOf('entity', name), name };
}

/** urgency = (severity + criticality) / 2, or the severity alone when there is no criticality (Sekoia's documentation). */
function urgencyOf(severity: number, criticity: number): Urgency {
  const value = criticity > 0 ? Math.floor((severity + criticity) / 2) : severity;
  return { current_value: value, value, severity, criticity, display: urgencyDisplay(value) };
}

function urgencyDisplay(value: number): string {
  if (value < 20) return 'Low';
  if (value < 40) return 'Moderate';
  if (value < 60) return 'High';
  return value < 80 ? 'Major' : 'Urgent';
}

function isoMicroseconds(atMs: number, draw: Random): string {
  return new Date(atMs).toISOString().replace('Z', `${between(draw, 100, 999)}Z`);
}
