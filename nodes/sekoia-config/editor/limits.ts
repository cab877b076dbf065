/** 0: no limit. */
export const REQUESTS_PER_SECOND = { min: 0, max: 1000, step: 1 };
