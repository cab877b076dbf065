/** For use inside `describe`: the monotonic clock, which the test sets forward. */
export function useMonotonicClock(): { pass: (seconds: number) => void } {
  const now = performance.now.bind(performance);
  let passedMs = 0;
  beforeEach(() => {
    passedMs = 0;
    performance.now = () => now() + passedMs;
  });
  // The clock's own stands in its prototype.
  afterEach(() => void Reflect.deleteProperty(performance, 'now'));
  return { pass: (seconds) => void (passedMs += seconds * 1000) };
}
