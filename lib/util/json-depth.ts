/** Whether a value that JSON.parse made is nested in more levels of objects and lists than so many. */
export function isDeeperThan(levels: number, value: unknown): boolean {
  let layer = objectsAmong([value]);
  for (let level = 0; layer.length > 0; level += 1) {
    if (level === levels) return true;
    layer = objectsAmong(layer.flatMap((one) => Object.values(one) as unknown[]));
  }
  return false;
}

function objectsAmong(values: readonly unknown[]): object[] {
  return values.filter((value) => typeof value === 'object' && value !== null);
}
