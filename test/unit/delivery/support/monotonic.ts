/** For use inside `describe`: the monotonic clock, which the test sets forward. */
export function useMonotonicClock(): { pass: (seconds: number) => void } {
  const { now } = performance;
  let passedMs = 0;
  beforeEach(() => {
    passedMs = 0;
    performance.now = () => now.call(performance) + passedMs;
  });
  afterEach(() => {
    performance.now = now;
  });
  return { pass: (seconds) => void (passedMs += seconds * 1000) };
}
