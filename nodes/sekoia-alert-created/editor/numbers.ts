/** What each number of the form may be, and how far an arrow key goes. */
export const NUMBERS = {
  urgencyMin: { min: 0, max: 100, step: 5 },
  urgencyMax: { min: 0, max: 100, step: 5 },
  startAgoHours: { min: 0, max: 8760, step: 1 },
  maxInFlight: { min: 1, max: 1000, step: 1 },
  retries: { min: 0, max: 100, step: 1 },
  runTimeoutSeconds: { min: 1, max: 86_400, step: 30 },
  reconcileMinutes: { min: 0.1, max: 1440, step: 1 },
} as const;

export const NUMBER_NAMES = Object.keys(NUMBERS) as (keyof typeof NUMBERS)[];
