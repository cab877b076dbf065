import type { Alert } from './alert';

/**
 * Recently read alerts, by UUID and short ID. All are kept equally long, so the oldest is always first, and one
 * timer is enough.
 */
export class RecentReads {
  readonly #keepForMs: number;
  readonly #alerts = new Map<string, { alert: Alert; untilMs: number }>();
  #timer: NodeJS.Timeout | undefined;

  /** @param keepForMs 0: nothing is kept */
  constructor(keepForMs: number) {
    this.#keepForMs = keepForMs;
  }

  get(id: string): Alert | undefined {
    const kept = this.#alerts.get(id);
    return kept !== undefined && kept.untilMs > performance.now() ? kept.alert : undefined;
  }

  add(alert: Alert): void {
    if (this.#keepForMs === 0) return;
    const kept = { alert, untilMs: performance.now() + this.#keepForMs };
    for (const id of [alert.uuid, alert.short_id]) {
      if (typeof id !== 'string') continue;
      this.#alerts.delete(id);
      this.#alerts.set(id, kept);
    }
    this.#timer ??= setTimeout(() => this.#sweep(), this.#keepForMs);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#alerts.clear();
  }

  #sweep(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (const [id, { untilMs }] of this.#alerts) {
      if (untilMs > now) {
        this.#timer = setTimeout(() => this.#sweep(), Math.ceil(untilMs - now));
        return;
      }
      this.#alerts.delete(id);
    }
  }
}
