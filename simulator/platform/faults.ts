export interface RestFault {
  /** A whole path without `/api`, or what some paths match. Default: every path. */
  path?: RegExp | string;
  method?: string;
  /** How many requests it meets. Default: all, until it is cleared. */
  times?: number;
  /** Answers with it, in place of the platform. Default: 429 with `retryAfter`, 302 with `redirectTo`. */
  status?: number;
  /** Of the answer with `status`: a string as plain text, anything else as JSON. */
  body?: unknown;
  /** Added to the answer, whoever gives it. */
  headers?: Record<string, string>;
  /** The Retry-After header: seconds, or an HTTP date. */
  retryAfter?: number | string;
  /** Waits before anything else. Alone, it makes the platform slow. */
  delayMs?: number;
  /** Resets the connection without an answer. */
  reset?: boolean;
  /** Never answers. */
  hang?: boolean;
  /** Sends half of the answer and resets the connection. */
  truncate?: boolean;
  /** Sends half of the JSON as if it were all. */
  brokenJson?: boolean;
  redirectTo?: string;
}

export interface LiveFault {
  /** Answers the handshake with this HTTP status. */
  refuse?: number;
  /** Takes the TCP connection and never answers the handshake. */
  hangHandshake?: boolean;
  /** Accepts the handshake, and then sends nothing: no first message, no pong, no notice. */
  silent?: boolean;
  /** Sends `{"authenticated": false}` as the first message and closes. */
  refuseMessage?: boolean;
  /** How many handshakes it meets. Default: all, until it is cleared. */
  times?: number;
}

export interface FaultHandle {
  /** How many requests or handshakes met it. */
  readonly hits: number;
  clear(): void;
}

interface Entry<T> {
  fault: T;
  left: number;
  hits: number;
}

class FaultList<T extends { times?: number }> {
  private readonly entries = new Set<Entry<T>>();

  add(fault: T): FaultHandle {
    const entry = { fault, left: fault.times ?? Infinity, hits: 0 };
    this.entries.add(entry);
    return {
      get hits() {
        return entry.hits;
      },
      clear: () => void this.entries.delete(entry),
    };
  }

  /** The oldest fault that fits meets the request. */
  take(fits: (fault: T) => boolean): T | undefined {
    for (const entry of this.entries) {
      if (entry.left <= 0 || !fits(entry.fault)) continue;
      entry.left--;
      entry.hits++;
      return entry.fault;
    }
    return undefined;
  }

  clear(): void {
    this.entries.clear();
  }
}

/** What goes wrong on purpose. Of several faults that fit, the oldest with `times` left is met. */
export class Faults {
  private readonly restFaults = new FaultList<RestFault>();
  private readonly liveFaults = new FaultList<LiveFault>();

  /** @param deafen makes the sockets that are open half-open: TCP stays, nothing is sent or answered any more */
  constructor(readonly deafen: () => void) {}

  rest(fault: RestFault): FaultHandle {
    return this.restFaults.add(fault);
  }

  live(fault: LiveFault): FaultHandle {
    return this.liveFaults.add(fault);
  }

  /** All of them, except that half-open sockets stay half-open. */
  clear(): void {
    this.restFaults.clear();
    this.liveFaults.clear();
  }

  takeRest(method: string, path: string): RestFault | undefined {
    return this.restFaults.take(
      (fault) =>
        (fault.method === undefined || fault.method.toUpperCase() === method) &&
        (fault.path === undefined ||
          (typeof fault.path === 'string' ? fault.path === path : path.search(fault.path) >= 0)),
    );
  }

  takeLive(): LiveFault | undefined {
    return this.liveFaults.take(() => true);
  }
}
