/** What an alert is counted as. One that is sent again is counted again. */
export const COUNTED = ['received', 'filtered', 'succeeded', 'failed'] as const;
export type Counted = (typeof COUNTED)[number];
export type Counts = Record<Counted, number>;
