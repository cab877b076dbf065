import { randomUUID } from 'node:crypto';
import type { AlertComment, AlertFields, AlertItem } from '../alerts/alert';
import type { Case } from '../cases/case-store';

/** The types of notice that published clients of the LiveAPI react to. */
export type NoticeType =
  'alert' | 'alert-comment' | 'case' | 'case-comment' | 'ioc-collection' | 'search-job' | 'task';

/**
 * A message of version 2. Shapes as Sekoia's own trigger reads them (github.com/SEKOIA-IO/automation-library,
 * Sekoia.io/sekoiaio/triggers/base.py).
 */
export interface Notice {
  type: NoticeType;
  action: string;
  attributes: Record<string, unknown>;
}

/** Old platforms announced an alert with its ids only. */
export type NoticeShape = 'short' | 'full';

export function alertCreated(item: AlertItem, shape: NoticeShape): Notice {
  const ids = { uuid: item.uuid, short_id: item.short_id };
  const details = {
    similar: item.similar,
    status_name: item.status.name,
    status_uuid: item.status.uuid,
    urgency_current_value: item.urgency.current_value,
    rule_uuid: item.rule.uuid,
    rule_name: item.rule.name,
    entity_uuid: item.entity?.uuid ?? null,
    entity_name: item.entity?.name ?? null,
    alert_type_category: item.alert_type.category,
    alert_type_value: item.alert_type.value,
    assets_uuids: item.assets,
  };
  return { type: 'alert', action: 'created', attributes: shape === 'full' ? { ...ids, ...details } : ids };
}

/** Status, urgency and similar in the published form; how other changes are written is not published. */
export function alertUpdated(item: AlertItem, patch: AlertFields): Notice {
  const { status, urgency, ...others } = patch;
  return {
    type: 'alert',
    action: 'updated',
    attributes: {
      uuid: item.uuid,
      short_id: item.short_id,
      updated: {
        ...others,
        ...(status && { status: item.status.uuid, status_name: item.status.name }),
        ...(urgency && { dynamic_urgency_value: item.urgency.current_value }),
      },
    },
  };
}

export function commentCreated(item: AlertItem, comment: AlertComment): Notice {
  return {
    type: 'alert-comment',
    action: 'created',
    attributes: {
      uuid: comment.uuid,
      alert_uuid: item.uuid,
      alert_short_id: item.short_id,
      content: comment.content,
      created_by: comment.created_by,
      created_by_type: comment.created_by_type,
    },
  };
}

/** Of cases, `created_at` has no offset in the published samples. */
export function caseNotice(action: string, found: Case, updated?: object): Notice {
  const { uuid, short_id, manual, title, priority, created_at } = found;
  return {
    type: 'case',
    action,
    attributes: {
      uuid,
      short_id,
      manual,
      title,
      priority,
      created_at: created_at.replace('Z', ''),
      custom_priority_uuid: null,
      ...(updated && { updated }),
    },
  };
}

export function inVersion2(
  { type, action, attributes }: Notice,
  nowMs: number,
  communityUuid: string,
): object {
  return {
    metadata: {
      version: 2,
      uuid: randomUUID(),
      created_at: new Date(nowMs).toISOString().replace('Z', '000+00:00'),
      community_uuid: communityUuid,
    },
    type,
    action,
    attributes,
  };
}

/** Published for alerts only. */
export function inVersion1({ type, action, attributes }: Notice): object | undefined {
  if (type !== 'alert') return undefined;
  return {
    event_version: '1',
    event_type: 'alert',
    attributes: { event: `alert-${action}`, alert_uuid: attributes.uuid },
  };
}
