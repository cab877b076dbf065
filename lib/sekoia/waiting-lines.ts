/** What a request is for. */
export type Priority =
  /** An alert that is being dispatched. Highest priority. */
  | 'live'
  /** A page of the alert list. It can wait, but not forever: see CATCH_UP_EVERY. */
  | 'catch-up'
  /**
   * Convenience, such as suggestions in a form. It gets a token only if nothing else waits and tokens are left.
   * Its errors pause only itself.
   */
  | 'background';

/** While both wait, catch-up gets at least one token in this many. */
const CATCH_UP_EVERY = 5;

/** Lets a waiting request be sent. */
export type Grant = () => void;

/** The requests that wait for a token: one line for each priority, first come, first served. */
export class WaitingLines {
  readonly #lines: Readonly<Record<Priority, Set<Grant>>> = {
    live: new Set(),
    'catch-up': new Set(),
    background: new Set(),
  };
  /** Tokens that live reads took while catch-up waited. */
  #catchUpPassedOver = 0;

  get size(): number {
    return this.foreground + this.#lines.background.size;
  }

  /** The number of waiting requests that are not in the background. */
  get foreground(): number {
    return this.#lines.live.size + this.#lines['catch-up'].size;
  }

  /** The priority of the request that is served next. */
  get next(): Priority | undefined {
    const { live, 'catch-up': catchUp, background } = this.#lines;
    const catchUpIsDue = this.#catchUpPassedOver >= CATCH_UP_EVERY - 1;
    if (catchUp.size > 0 && (live.size === 0 || catchUpIsDue)) return 'catch-up';
    if (live.size > 0) return 'live';
    return background.size > 0 ? 'background' : undefined;
  }

  /** Whether a new request goes before all waiting ones. */
  wouldBeNext(priority: Priority): boolean {
    return priority === 'background' ? this.size === 0 : this.foreground === 0;
  }

  add(priority: Priority, grant: Grant): void {
    this.#lines[priority].add(grant);
  }

  remove(priority: Priority, grant: Grant): void {
    this.#lines[priority].delete(grant);
  }

  /** Grants a token to the next request. */
  serveNext(): void {
    const { next } = this;
    if (next === undefined) return;
    if (next === 'catch-up') this.#catchUpPassedOver = 0;
    else if (this.#lines['catch-up'].size > 0) this.#catchUpPassedOver += 1;
    const line = this.#lines[next];
    const [grant] = line;
    if (grant === undefined) return;
    line.delete(grant);
    grant();
  }

  clear(): void {
    for (const line of Object.values(this.#lines)) line.clear();
  }
}
