import { BackOff } from '../util/back-off';
import type { KeptRun } from './kept-run';
import type { Place, RunFiles } from './run-files';
import { writeLine } from './run-line';
import type { StepMemory } from './step-memory';

/** What changes within this time is written together. */
const GROUP_MS = 200;
/**
 * In a burst it is put off: of thousands of runs only the last are kept, and the others need not be written at
 * all. So many times at most.
 */
const BURST_RUNS = 100;
const MAX_PUT_OFF = 10;
/** So that no write holds up the event loop while its text is made. */
const MAX_RUNS_A_WRITE = 100;
const MAX_BYTES_A_WRITE = 512 * 1024;

const RETRY = { firstMs: 1_000, maxMs: 30_000 };

export interface RunWriterOptions {
  readonly files: RunFiles;
  readonly memory: StepMemory;
  /** All that is kept. */
  readonly kept: () => Iterable<KeptRun>;
  readonly onTrouble: (error: Error | undefined) => void;
}

/**
 * Brings runs to the disk in the background. A run waits there as itself, not as text: however often it changes,
 * it is written once, as it is by then, and not at all when it is no longer kept by then.
 */
export class RunWriter {
  readonly #options: RunWriterOptions;
  readonly #backOff = new BackOff(RETRY);
  readonly #changed = new Set<KeptRun>();
  /** Those that are being written. */
  readonly #underWay = new Set<KeptRun>();
  #timer: NodeJS.Timeout | undefined;
  #putOff = 0;
  #writing: Promise<void> | undefined;
  #closing = false;
  /** What was last told, until it is over. */
  #trouble: string | undefined;

  constructor(options: RunWriterOptions) {
    this.#options = options;
  }

  changed(run: KeptRun): void {
    this.#changed.add(run);
    if (!this.#closing) this.#writeIn(GROUP_MS);
  }

  /** The run is not kept any more. */
  forget(run: KeptRun): void {
    this.#changed.delete(run);
    this.#underWay.delete(run);
  }

  /** Also for what could not be read. */
  tellTrouble(error: Error): void {
    if (this.#trouble === error.message) return;
    this.#trouble = error.message;
    this.#options.onTrouble(error);
  }

  /** Writes what is left, once. What the disk refuses now is lost. */
  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#timer);
    await this.#writing;
    await this.#write();
    await this.#options.files.close();
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
      await this.#options.files.deleteBefore(this.#firstFileNeeded());
      this.#wellAgain();
    } catch (error) {
      this.tellTrouble(error instanceof Error ? error : new Error(String(error)));
    }
  }

  async #writeSome(): Promise<void> {
    const runs = this.#takeSome();
    const texts = runs.map(textOf);
    for (const run of runs) this.#underWay.add(run);
    try {
      const places = await this.#options.files.append(texts.map(({ line }) => line));
      runs.forEach((run, index) => this.#written(run, texts[index], places[index]));
    } catch (error) {
      for (const run of this.#underWay) this.#changed.add(run);
      throw error;
    } finally {
      this.#underWay.clear();
    }
  }

  #takeSome(): KeptRun[] {
    const runs: KeptRun[] = [];
    let bytes = 0;
    for (const run of this.#changed) {
      if (runs.length >= MAX_RUNS_A_WRITE || bytes >= MAX_BYTES_A_WRITE) break;
      this.#changed.delete(run);
      runs.push(run);
      bytes += run.recorded?.bytes ?? 0;
    }
    return runs;
  }

  #written(run: KeptRun, text: RunText | undefined, place: Place | undefined): void {
    if (text === undefined || place === undefined) return;
    run.summaryFile = place.file;
    if (text.stepCount !== undefined) run.stored = { place, stepCount: text.stepCount };
    if (!text.isFinal || run.recorded === undefined) return;
    this.#options.memory.release(run.recorded);
    run.recorded = undefined;
  }

  /** Files are deleted in their order: else an earlier state of a run could come to light again. */
  #firstFileNeeded(): number {
    let first = Infinity;
    for (const { summaryFile, stored } of this.#options.kept())
      first = Math.min(first, summaryFile ?? Infinity, stored?.place.file ?? Infinity);
    return first;
  }

  #wellAgain(): void {
    this.#backOff.reset();
    if (this.#trouble === undefined) return;
    this.#trouble = undefined;
    this.#options.onTrouble(undefined);
  }
}

interface RunText {
  readonly line: string;
  /** Undefined: its steps are not in it. */
  readonly stepCount: number | undefined;
  /** Whether no steps will come to those that are in it. */
  readonly isFinal: boolean;
}

function textOf({ summary, recorded }: KeptRun): RunText {
  if (recorded === undefined) return { line: writeLine(summary), stepCount: undefined, isFinal: false };
  const { steps, finished } = recorded;
  const line = writeLine(summary, { count: steps.length, json: recorded.toJson() });
  return { line, stepCount: steps.length, isFinal: finished };
}
