import { randomUUID } from 'node:crypto';
import type { AlertCase, Author, CustomField, CustomStatus, Verdict } from '../alerts/alert';
import { drawShortId } from '../alerts/random';

/** What a caller sets on a case. */
export interface CaseFields {
  title: string;
  description: string;
  priority: 'low' | 'medium' | 'high';
  tags: string[];
  status: string;
  status_uuid: string;
  community_uuid: string;
  subscribers: { avatar_uuid: string; type: string }[];
  custom_status_uuid: string | null;
  custom_status: CustomStatus | null;
  verdict_uuid: string | null;
  verdict: Verdict | null;
  custom_fields: CustomField[];
}

/** A case as the REST API returns it, but for its alerts. Times are ISO 8601. */
export interface Case extends CaseFields {
  uuid: string;
  short_id: string;
  created_at: string;
  created_by: string;
  created_by_type: string;
  updated_at: string;
  updated_by: string;
  updated_by_type: string;
  manual: boolean;
  is_supplied: boolean;
  number_of_comments: number;
}

interface Kept {
  summary: Case;
  /** Uuids. */
  alerts: string[];
}

/** The cases that were made through the REST API. */
export class CaseStore {
  private readonly cases = new Map<string, Kept>();

  add(fields: CaseFields, by: Author, at: string): Case {
    const summary: Case = {
      uuid: randomUUID(),
      short_id: drawShortId(Math.random, 'CA'),
      created_at: at,
      created_by: by.uuid,
      created_by_type: by.type,
      ...changed(by, at),
      manual: true,
      is_supplied: false,
      number_of_comments: 0,
      ...fields,
    };
    this.cases.set(summary.uuid, { summary, alerts: [] });
    return summary;
  }

  /** By uuid or short id. */
  get(id: string): Case | undefined {
    return this.find(id)?.summary;
  }

  alertsOf(id: string): readonly string[] {
    return this.find(id)?.alerts ?? [];
  }

  change(id: string, patch: Partial<Case>, by: Author, at: string): void {
    const kept = this.find(id);
    if (kept) kept.summary = { ...kept.summary, ...patch, ...changed(by, at) };
  }

  setAlerts(id: string, alerts: string[]): void {
    const kept = this.find(id);
    if (kept) kept.alerts = alerts;
  }

  private find(id: string): Kept | undefined {
    return this.cases.get(id) ?? [...this.cases.values()].find(({ summary }) => summary.short_id === id);
  }
}

function changed(
  { uuid, type }: Author,
  at: string,
): Pick<Case, 'updated_at' | 'updated_by' | 'updated_by_type'> {
  return { updated_at: at, updated_by: uuid, updated_by_type: type };
}

/** A case as its alerts name it. */
export function caseOfAlert({ short_id, title, is_supplied, manual, status, updated_at }: Case): AlertCase {
  return { short_id, name: title, title, is_supplied, manual, status, updated_at };
}
