/** What each number of the form may be. */
export const LIMITS = {
  urgencyMin: { min: 0, max: 100 },
  urgencyMax: { min: 0, max: 100 },
  startAgoHours: { min: 0, max: 8760 },
  maxInFlight: { min: 1, max: 1000 },
  retries: { min: 0, max: 100 },
  runTimeoutSeconds: { min: 1, max: 86_400 },
  reconcileMinutes: { min: 0.1, max: 1440 },
} as const;

export type NumberName = keyof typeof LIMITS;
