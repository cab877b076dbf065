import { describe } from '../util/error-text';
import { isRecord } from '../util/json';
import { ALERT_COUNTERS, type AlertCounter, type AlertCounts } from './alert-counters';
import type { JsonFile } from '../storage/json-file';

const HOUR_MS = 3_600_000;
const HOURS = 24;

/** Losing some counts does little harm, so they are written rarely. */
export const SAVE_EVERY_MS = 300_000;

/** By trigger, then by hour since the epoch. */
type Hours = Map<string, Map<number, AlertCounts>>;

/**
 * Counts the alerts of each trigger that were received, filtered, succeeded, or failed in the last 24 hours, to
 * the hour, on this machine's clock. New counts are added to those in the file, because another Node-RED that
 * shares the folder counts there, too, for example during a rolling update.
 */
export class DayCounters {
  readonly #file: JsonFile | undefined;
  readonly #onTrouble: (message: string) => void;
  readonly #saveEveryMs: number;
  /** All that is known, with what is new. */
  #hours: Hours = new Map();
  /** What the file does not hold yet. */
  #fresh: Hours = new Map();
  #loading: Promise<void> | undefined;
  #save: NodeJS.Timeout | undefined;
  #troubled = false;

  /** @param file where they are stored; undefined: only in memory */
  constructor(
    file: JsonFile | undefined,
    onTrouble: (message: string) => void,
    saveEveryMs: number = SAVE_EVERY_MS,
  ) {
    this.#file = file;
    this.#onTrouble = onTrouble;
    this.#saveEveryMs = saveEveryMs;
  }

  count(trigger: string, counter: AlertCounter): void {
    for (const hours of [this.#hours, this.#fresh]) hourOf(hours, trigger, thisHour())[counter] += 1;
    this.#save ??= setTimeout(() => void this.save(), this.#saveEveryMs).unref();
  }

  lastDay(trigger: string): AlertCounts {
    const sum = none();
    const now = thisHour();
    for (const [hour, counts] of this.#hours.get(trigger) ?? [])
      if (isOfDay(hour, now)) for (const counter of ALERT_COUNTERS) sum[counter] += counts[counter];
    return sum;
  }

  /** Adds what was kept by the process before. Call it once. */
  load(): Promise<void> {
    return (this.#loading ??= this.#load());
  }

  /** Saves new counts, if any. Never rejects: a full disk is reported once. */
  async save(): Promise<void> {
    if (this.#save === undefined) return;
    clearTimeout(this.#save);
    this.#save = undefined;
    await this.#load();
    this.#forget();
    const saving = this.#fresh;
    this.#fresh = new Map();
    try {
      await this.#file?.save({
        triggers: Object.fromEntries(
          [...this.#hours].map(([trigger, hours]) => [trigger, Object.fromEntries(hours)]),
        ),
      });
      this.#troubled = false;
    } catch (error) {
      addAll(this.#fresh, saving);
      if (!this.#troubled) this.#onTrouble(`${this.#name} cannot be written: ${describe(error)}`);
      this.#troubled = true;
    }
  }

  get #name(): string {
    return this.#file?.name ?? '';
  }

  async #load(): Promise<void> {
    try {
      const content = await this.#file?.load();
      if (content === undefined) return;
      const hours = hoursOf(content);
      addAll(hours, this.#fresh);
      this.#hours = hours;
    } catch (error) {
      this.#onTrouble(`${this.#name} cannot be read: ${describe(error)}. Counting starts at 0`);
    }
  }

  #forget(): void {
    const now = thisHour();
    for (const [trigger, hours] of this.#hours) {
      for (const hour of hours.keys()) if (!isOfDay(hour, now)) hours.delete(hour);
      if (hours.size === 0) this.#hours.delete(trigger);
    }
  }
}

/** @throws when it is not what was saved */
function hoursOf(content: unknown): Hours {
  if (!isRecord(content) || !isRecord(content.triggers)) throw new Error('its content is not valid');
  const all: Hours = new Map();
  for (const [trigger, hours] of Object.entries(content.triggers))
    if (isRecord(hours))
      for (const [hour, counts] of Object.entries(hours))
        if (/^\d+$/.test(hour) && isRecord(counts)) add(hourOf(all, trigger, Number(hour)), counts);
  return all;
}

function addAll(to: Hours, what: Hours): void {
  for (const [trigger, hours] of what)
    for (const [hour, counts] of hours) add(hourOf(to, trigger, hour), counts);
}

function add(known: AlertCounts, counts: Record<string, unknown>): void {
  for (const counter of ALERT_COUNTERS) {
    const count = counts[counter];
    if (typeof count === 'number' && Number.isSafeInteger(count) && count > 0) known[counter] += count;
  }
}

function hourOf(all: Hours, trigger: string, hour: number): AlertCounts {
  let hours = all.get(trigger);
  if (hours === undefined) all.set(trigger, (hours = new Map<number, AlertCounts>()));
  let counts = hours.get(hour);
  if (counts === undefined) hours.set(hour, (counts = none()));
  return counts;
}

function none(): AlertCounts {
  return { received: 0, filtered: 0, succeeded: 0, failed: 0 };
}

function thisHour(): number {
  return Math.floor(Date.now() / HOUR_MS);
}

/** If the clock was set back, some stored hours are in the future. */
function isOfDay(hour: number, now: number): boolean {
  return hour > now - HOURS && hour <= now;
}
