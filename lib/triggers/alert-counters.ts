/** What is counted of alerts. An alert that is sent again counts again. */
export const ALERT_COUNTERS = ['received', 'filtered', 'succeeded', 'failed'] as const;
export type AlertCounter = (typeof ALERT_COUNTERS)[number];
export type AlertCounts = Record<AlertCounter, number>;
