/**
 * An alert as the REST API returns it: what the platform's OpenAPI description says, with the nulls that the
 * samples of Sekoia's automation library and of the XSOAR and FortiSOAR packs show.
 */
export type Alert = AlertItem & AlertDetails;

/** What an item of the alert list holds. `created_at` and `updated_at` are epoch seconds, the others ISO 8601. */
export interface AlertItem {
  uuid: string;
  short_id: string;
  title: string;
  details: string;
  created_at: number;
  updated_at: number;
  created_by: string;
  created_by_type: AuthorType;
  updated_by: string;
  updated_by_type: AuthorType;
  community_uuid: string;
  entity: Entity | null;
  urgency: Urgency;
  alert_type: AlertType;
  status: Status;
  custom_status_uuid: string | null;
  custom_status: CustomStatus | null;
  verdict_uuid: string | null;
  verdict: Verdict | null;
  /** The uuid of a user. */
  assignee: string | null;
  custom_fields: readonly CustomField[];
  rule: Rule;
  detection_type: string | null;
  source: string | null;
  target: string | null;
  similar: number;
  ttps: readonly Threat[];
  adversaries: readonly Threat[];
  /** Empty unless asked for. */
  stix: Stix;
  kill_chain_short_id: string | null;
  first_seen_at: string;
  last_seen_at: string | null;
  assets: readonly string[];
  intake_uuids: readonly string[];
  number_of_total_comments: number;
  number_of_unseen_comments: number;
  time_to_detect: number | null;
  time_to_acknowledge: number | null;
  time_to_respond: number | null;
  time_to_resolve: number | null;
}

/** What only reading one alert gives; `cases` only when asked for. */
export interface AlertDetails {
  comments: readonly AlertComment[];
  history: readonly HistoryEntry[];
  countermeasures: readonly Countermeasure[];
  cases: readonly AlertCase[];
  similarity_strategy: string | null;
}

export type AuthorType = 'application' | 'user' | 'avatar' | 'apikey';

export interface Author {
  uuid: string;
  type: AuthorType;
}

export interface Entity {
  uuid: string;
  name: string;
}

/** All from 0 to 100. */
export interface Urgency {
  current_value: number;
  value: number;
  /** Of the rule. */
  severity: number;
  /** Of the assets. */
  criticity: number;
  display: string;
}

export interface AlertType {
  category: string;
  value: string;
}

export interface Status {
  uuid: string;
  name: string;
  description: string;
}

export interface CustomStatus {
  label: string;
  description: string;
  color: string;
  level: number;
  stage: 'open' | 'in_progress' | 'closed';
}

export interface Verdict {
  uuid: string;
  label: string;
  description: string;
  level: number;
  stage: 'true_positive' | 'false_positive';
  analysis?: string;
  /** From 0 to 100. */
  confidence?: number;
  updated_by?: string;
  updated_by_type?: AuthorType;
}

/** A field of the tenant's own, with its value on one alert. */
export interface CustomField {
  uuid: string;
  community_uuid: string;
  name: string;
  slug: string;
  description: string | null;
  type: 'text' | 'integer' | 'boolean' | 'single_select' | 'multi_select';
  options: readonly string[];
  color: string;
  auto_added_to_case: boolean;
  auto_added_to_alert: boolean;
  task_uuid: string | null;
  created_at: string;
  created_by: string;
  created_by_type: AuthorType;
  updated_at: string;
  updated_by: string;
  updated_by_type: AuthorType;
  value: unknown;
}

export interface Rule {
  uuid: string;
  name: string;
  description: string;
  severity: number;
  type: string | null;
  pattern: string;
}

export interface Threat {
  id: string;
  type: string;
  name: string;
  description: string;
}

export type Stix = Record<string, unknown>;

export interface AlertComment {
  uuid: string;
  content: string;
  author: string;
  /** Epoch seconds. */
  date: number;
  created_by: string;
  created_by_type: AuthorType;
  unseen: boolean;
}

export interface HistoryEntry extends Partial<HistoryChange> {
  uuid: string;
  /** Epoch seconds. */
  created_at: number;
  created_by: string;
  created_by_type: AuthorType;
  entry_type: keyof HistoryChange;
  history_comments: readonly AlertComment[];
}

/** What a history entry tells: one of these. */
export interface HistoryChange {
  /** The label, stage and color of a custom status, or the name of a legacy one. */
  alert: { status: string; previous_status: string | null; stage: string | null; color: string | null };
  comment: { uuid: string; status: 'created' | 'updated' | 'deleted'; display_name: string; content: string };
  urgency: { value: number; previous_value: number };
  details: { value: string; previous_value: string };
  alert_type: { value: string; category: string; previous_value: string; previous_category: string };
  kill_chain: { short_id?: string; previous_short_id: string | null };
  assignee: { value: string | null; previous_value: string | null };
  verdict: {
    label?: string;
    stage: string | null;
    previous_label: string | null;
    analysis: string | null;
  };
  custom_fields: {
    added: readonly FieldName[];
    updated: readonly FieldName[];
    removed: readonly FieldName[];
  };
}

export type FieldName = Pick<CustomField, 'uuid' | 'name' | 'type'>;

export interface Countermeasure {
  uuid: string;
  model_uuid: string;
  alert_uuid: string;
  name: string;
  description: string;
  status: string;
  relevance: number;
  dynamic_relevance: number;
  duration: string | null;
  created_at: string;
  course_of_action: Record<string, unknown>;
  action_steps: readonly { name: string; description: string; status: string }[];
  comments: readonly AlertComment[];
  assignee: string | null;
  type: string;
}

export interface AlertCase {
  short_id: string;
  name: string;
  title?: string;
  is_supplied: boolean;
  manual: boolean;
  status: string;
  custom_status_uuid?: string;
  created_by?: string;
  created_by_type?: AuthorType;
  /** ISO 8601. */
  updated_at?: string;
}

export type DeepPartial<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { [Key in keyof T]?: DeepPartial<T[Key]> | undefined }
    : T;

/** The part of an alert that a caller sets. Objects are merged with what the platform draws, lists replace it. */
export type AlertFields = DeepPartial<Alert>;
