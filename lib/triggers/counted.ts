/** The counters of an alert. An alert that is sent again counts again. */
export const COUNTED = ['received', 'filtered', 'succeeded', 'failed'] as const;
export type Counted = (typeof COUNTED)[number];
export type Counts = Record<Counted, number>;
