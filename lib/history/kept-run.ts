import type { RecordedRun } from './recorded-run';
import type { Place, StoredLine } from './run-files';
import type { RunSummary } from './run-record';

/** A run as it is kept in memory; its steps are there only until they are on the disk. */
export interface KeptRun {
  summary: RunSummary;
  /** In ms since 1970. */
  readonly startedMs: number;
  /** On the monotonic clock; undefined for a run of an earlier process. */
  readonly beganAt?: number;
  /** Its steps, while they are in memory. */
  recorded?: RecordedRun | undefined;
  /** Its steps on the disk, and how many there are. */
  stored?: { readonly place: Place; readonly stepCount: number } | undefined;
  /** The file that has its summary. */
  summaryFile?: number | undefined;
}

/** The runs that lines are about, each as the last of its lines has it. */
export function keptOf(lines: readonly StoredLine[]): Iterable<KeptRun> {
  const runs = new Map<string, KeptRun>();
  for (const { summary, stepCount, place } of lines) {
    const { id } = summary;
    const stored = stepCount === undefined ? runs.get(id)?.stored : { place, stepCount };
    runs.set(id, { summary, startedMs: Date.parse(summary.startedAt), stored, summaryFile: place.file });
  }
  return runs.values();
}
