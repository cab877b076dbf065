import type { Writable } from 'node:stream';

const TICK_MS = 20;

/** So much is sent at once, however long the machine has stood still. */
const MAX_BURST_MS = 200;

/** A line of so many bytes a second, which all that goes over it shares evenly. */
export class SharedLine {
  readonly #bytesPerSecond: number;
  readonly #parcels: { to: Writable; rest: Buffer }[] = [];
  readonly #timer: NodeJS.Timeout;
  #lastMs = performance.now();
  /** What has gone over it. */
  bytes = 0;

  constructor(bytesPerSecond: number) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Sends all of it, bit by bit, and ends the stream. */
  send(to: Writable, data: Buffer): void {
    this.#parcels.push({ to, rest: data });
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const now = performance.now();
    let left = Math.floor((Math.min(now - this.#lastMs, MAX_BURST_MS) / 1000) * this.#bytesPerSecond);
    this.#lastMs = now;
    while (left > 0) {
      const share = Math.ceil(left / Math.max(1, this.#parcels.length));
      const parcel = this.#parcels.shift();
      if (parcel === undefined) return;
      if (parcel.to.destroyed) continue;
      const piece = parcel.rest.subarray(0, share);
      parcel.rest = parcel.rest.subarray(share);
      parcel.to.write(piece);
      left -= Math.max(1, piece.length);
      this.bytes += piece.length;
      if (parcel.rest.length === 0) parcel.to.end();
      else this.#parcels.push(parcel);
    }
  }
}
