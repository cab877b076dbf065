/** The value below which the given part (0 to 1) of the values lies: nearest rank. @throws RangeError for none */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const value = sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)];
  if (value === undefined) throw new RangeError('There is nothing to take a percentile of');
  return value;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** The most values that lie within one second. @param timesMs in any order */
export function busiestSecond(timesMs: readonly number[]): number {
  const sorted = [...timesMs].sort((one, other) => one - other);
  let most = 0;
  let from = 0;
  for (const [at, timeMs] of sorted.entries()) {
    while (timeMs - (sorted[from] ?? timeMs) >= 1000) from += 1;
    most = Math.max(most, at - from + 1);
  }
  return most;
}
