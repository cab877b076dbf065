import { BackOff } from '../util/back-off';
import type { HistoryEntry } from './entry';
import { type Place, RunFiles, type StoredLine } from './run-files';
import { type Steps, readSteps, writeLine } from './run-line';
import type { StepMemory } from './step-memory';

/** Changes within this time are written together. */
const GROUP_MS = 200;
/**
 * In a burst, writing is put off, at most this many times: only the last of thousands of runs are kept, and the
 * others need not be written at all.
 */
const BURST_RUNS = 100;
const MAX_PUT_OFF = 10;
/** Bounds how long one write holds up the event loop while its text is made. */
const MAX_RUNS_A_WRITE = 100;
const MAX_BYTES_A_WRITE = 512 * 1024;

const RETRY = { firstMs: 1_000, maxMs: 30_000 };

export interface RunStoreOptions {
  readonly folder: string;
  readonly memory: StepMemory;
  /** All that the history keeps. */
  readonly kept: () => Iterable<HistoryEntry>;
  /** Called once for each problem, and with undefined when it is over. */
  readonly onTrouble: (error: Error | undefined) => void;
}

/**
 * The runs on the disk. It writes in the background. Until then it holds the entry, not its text: however often a run
 * changes, it is written once, in its latest state, and not at all when it is no longer kept.
 */
export class RunStore {
  readonly #options: RunStoreOptions;
  readonly #files: RunFiles;
  readonly #backOff = new BackOff(RETRY);
  readonly #changed = new Set<HistoryEntry>();
  /** Those that are being written. */
  readonly #underWay = new Set<HistoryEntry>();
  #timer: NodeJS.Timeout | undefined;
  #putOff = 0;
  #writing: Promise<void> | undefined;
  #closing = false;
  /** The problem last reported, until it is over. */
  #trouble: string | undefined;

  constructor(options: RunStoreOptions) {
    this.#options = options;
    this.#files = new RunFiles(options.folder);
  }

  /** All lines that can be read, oldest first. Reports what cannot be read. */
  load(): Promise<StoredLine[]> {
    return this.#files.load((error) => this.#reportTrouble(error));
  }

  /** @throws when they cannot be read */
  async read(place: Place): Promise<Steps> {
    return readSteps(await this.#files.read(place));
  }

  changed(entry: HistoryEntry): void {
    this.#changed.add(entry);
    if (!this.#closing) this.#writeIn(GROUP_MS);
  }

  /** The run is no longer kept. */
  forget(entry: HistoryEntry): void {
    this.#changed.delete(entry);
    this.#underWay.delete(entry);
  }

  /** Writes what is left, once. What the disk refuses now is lost. */
  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#timer);
    await this.#writing;
    await this.#write();
    await this.#files.close();
  }

  #writeIn(ms: number): void {
    if (this.#timer !== undefined || this.#writing !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#changed.size > BURST_RUNS && this.#putOff < MAX_PUT_OFF) {
        this.#putOff += 1;
        this.#writeIn(GROUP_MS);
        return;
      }
      this.#putOff = 0;
      this.#writing = this.#write().finally(() => {
        this.#writing = undefined;
        if (this.#changed.size > 0 && !this.#closing)
          this.#writeIn(this.#trouble === undefined ? GROUP_MS : this.#backOff.nextMs());
      });
    }, ms).unref();
  }

  /** Never rejects. */
  async #write(): Promise<void> {
    try {
      while (this.#changed.size > 0) await this.#writeSome();
      await this.#files.deleteBefore(this.#firstFileNeeded());
      this.#endTrouble();
    } catch (error) {
      this.#reportTrouble(error instanceof Error ? error : new Error(String(error)));
    }
  }

  async #writeSome(): Promise<void> {
    const texts = this.#takeSome().map(textOf);
    for (const { entry } of texts) this.#underWay.add(entry);
    try {
      const places = await this.#files.append(texts.map(({ line }) => line));
      texts.forEach((text, index) => this.#written(text, places[index]));
    } catch (error) {
      for (const entry of this.#underWay) this.#changed.add(entry);
      throw error;
    } finally {
      this.#underWay.clear();
    }
  }

  #takeSome(): HistoryEntry[] {
    const entries: HistoryEntry[] = [];
    let bytes = 0;
    for (const entry of this.#changed) {
      if (entries.length >= MAX_RUNS_A_WRITE || bytes >= MAX_BYTES_A_WRITE) break;
      this.#changed.delete(entry);
      entries.push(entry);
      bytes += entry.recording?.bytes ?? 0;
    }
    return entries;
  }

  #written({ entry, stepCount, isFinal }: EntryText, place: Place | undefined): void {
    if (place === undefined) return;
    entry.summaryFile = place.file;
    if (stepCount !== undefined) entry.stored = { place, stepCount };
    if (!isFinal || entry.recording === undefined) return;
    this.#options.memory.release(entry.recording);
    entry.recording = undefined;
  }

  /** Files are deleted in their order. Otherwise an earlier state of a run could come to light again. */
  #firstFileNeeded(): number {
    let first = Infinity;
    for (const { summaryFile, stored } of this.#options.kept())
      first = Math.min(first, summaryFile ?? Infinity, stored?.place.file ?? Infinity);
    return first;
  }

  #reportTrouble(error: Error): void {
    if (this.#trouble === error.message) return;
    this.#trouble = error.message;
    this.#options.onTrouble(error);
  }

  #endTrouble(): void {
    this.#backOff.reset();
    if (this.#trouble === undefined) return;
    this.#trouble = undefined;
    this.#options.onTrouble(undefined);
  }
}

interface EntryText {
  readonly entry: HistoryEntry;
  readonly line: string;
  /** Undefined: the line holds no steps. */
  readonly stepCount: number | undefined;
  /** Whether the line holds all steps that the run will ever have. */
  readonly isFinal: boolean;
}

function textOf(entry: HistoryEntry): EntryText {
  const { summary, recording } = entry;
  if (recording === undefined)
    return { entry, line: writeLine(summary), stepCount: undefined, isFinal: false };
  const stepCount = recording.steps.length;
  const line = writeLine(summary, { count: stepCount, json: recording.toJson() });
  return { entry, line, stepCount, isFinal: recording.finished };
}
