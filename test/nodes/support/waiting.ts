/** Waits until a probe finds something, and looks again at each of these events. */
export async function settled<Result>(
  emitter: { on(event: string, look: () => void): unknown; off(event: string, look: () => void): unknown },
  event: string,
  probe: () => Result | undefined,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      try {
        const found = probe();
        if (found === undefined) return;
        emitter.off(event, look);
        resolve(found);
      } catch (error) {
        emitter.off(event, look);
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    emitter.on(event, look);
    look();
  });
}
