/**
 * Where published clients and samples know more than the contract. A short id in place of an alert's `{uuid}` needs
 * no line here: the contract calls that parameter a string.
 */

/** Calls that published clients make and the excerpt lacks. */
export const CALLS_BEYOND: readonly RegExp[] = [
  // Whom the key belongs to: Sekoia's own triggers ask it (SEKOIA-IO/automation-library, triggers/base.py).
  /^GET \/v1\/me$/,
  // The same, of the XSOAR and Splunk SOAR packs.
  /^GET \/v1\/auth\/validate$/,
  // One rule: the XSOAR pack and the action "Get rule" of the automation library.
  /^GET \/v1\/sic\/conf\/rules-catalog\/rules\/[^/]+$/,
  // The HTTP intake is another API (docs.sekoia.io, integration/ingestion_methods/https/format).
  /^POST (\/v1\/intake-http)?(\/(batch|array|plain|plain\/batch|jsons)?)?$/,
];

/**
 * The contract shows two RFC 3339 times joined by a comma. XSOAR's own fetch sends `<from>,now`, FortiSOAR's leaves
 * an end open, and the documentation of filtering adds plain dates and relative times.
 */
export const DATE_RANGE_SIDE =
  /^(?:now|[+-]\d+[smhdw]|\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?)?)?$/;

/**
 * Null in published samples of the automation library, the XSOAR and FortiSOAR packs, not in the contract: by the
 * end of the JSON pointer.
 */
export const NULL_BEYOND: readonly RegExp[] = [
  /\/(detection_type|source|target|kill_chain_short_id|last_seen_at)$/,
  /\/rule\/type$/,
  /\/time_to_(detect|acknowledge|respond|resolve)$/,
  /\/history\/\d+\/\w+\/previous_\w+$/,
  /\/items\/\d+\/(alert|kill_chain|urgency|details|alert_type)\/previous_\w+$/,
  /^\/(alert|kill_chain|urgency|details|alert_type)\/previous_\w+$/,
  /\/countermeasures\/\d+\/(duration|assignee)$/,
];

/** In the same samples, but not among the properties that the contract lists. */
export const PROPERTY_BEYOND: readonly { in: RegExp; name: string }[] = [
  { in: /\/rule$/, name: 'description' },
];

/** Deleting a comment lists no success in the contract. */
export const STATUS_BEYOND: Readonly<Record<string, number>> = { delete_alert_comment_resource: 204 };
