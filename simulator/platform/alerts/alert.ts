/**
 * An alert as the REST API returns it: the union of what Sekoia's automation library, the XSOAR and FortiSOAR
 * packs and the documentation of the `Get Alert` action show.
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
  /** Not seen in a published sample: what `match[verdict_uuid]` is taken to read. */
  verdict_uuid: string | null;
  verdict: CustomStatus | null;
  /** Not seen in a published sample: what `match[assignee]` is taken to read. */
  assignee: string | null;
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
  event_uuids: readonly string[];
  is_incident: boolean;
  number_of_total_comments: number;
  number_of_unseen_comments: number;
  time_to_ingest: number | null;
  time_to_detect: number | null;
  time_to_acknowledge: number | null;
  time_to_respond: number | null;
  time_to_resolve: number | null;
  similarity_strategy: string | null;
}

/** What only reading one alert gives; `cases` only when asked for. */
export interface AlertDetails {
  comments: readonly AlertComment[];
  history: readonly HistoryEntry[];
  countermeasures: readonly Countermeasure[];
  cases: readonly AlertCase[];
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
  level: number;
  stage: 'Open' | 'In progress' | 'Closed';
}

export interface Rule {
  uuid: string;
  name: string;
  description: string;
  severity: number;
  type: string | null;
  pattern: string | null;
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

export interface HistoryEntry {
  uuid: string;
  /** Epoch seconds. */
  created_at: number;
  created_by: string;
  created_by_type: AuthorType;
  entry_type: 'alert' | 'comment';
  alert?: { status: string; previous_status: string | null };
  history_comments: readonly string[];
}

export interface Countermeasure {
  uuid: string;
  model_uuid: string;
  alert_uuid: string;
  name: string;
  description: string;
  status: string;
  relevance: number;
  dynamic_relevance: number;
  duration: number | null;
  created_at: string;
  course_of_action: Record<string, unknown>;
  action_steps: readonly { name: string; description: string; status: string }[];
  comments: readonly string[];
  assignee: string | null;
  type: string;
}

export interface AlertCase {
  short_id: string;
  name: string;
  is_supplied: boolean;
  manual: boolean;
  status: string;
}

export type DeepPartial<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { [Key in keyof T]?: DeepPartial<T[Key]> | undefined }
    : T;

/** The part of an alert that a caller sets. Objects are merged with what the platform draws, lists replace it. */
export type AlertFields = DeepPartial<Alert>;
