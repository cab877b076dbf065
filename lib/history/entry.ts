import type { Recording } from './recording';
import type { Place, StoredLine } from './run-files';
import type { RunSummary } from './run-record';

/** What the history holds of a run: its summary, and where its steps are. */
export interface HistoryEntry {
  summary: RunSummary;
  /** `summary.startedAt` in ms since 1970. */
  readonly startedMs: number;
  /** Monotonic, in ms; undefined for a run of an earlier process. */
  readonly beganAt?: number;
  /** Its steps, while they are in memory. */
  recording?: Recording | undefined;
  /** Its steps on the disk, and how many there are. */
  stored?: { readonly place: Place; readonly stepCount: number } | undefined;
  /** The file that has its summary. */
  summaryFile?: number | undefined;
}

/** One entry for each run that has lines, as its last line says. */
export function entriesOf(lines: readonly StoredLine[]): Iterable<HistoryEntry> {
  const entries = new Map<string, HistoryEntry>();
  for (const { summary, stepCount, place } of lines) {
    const { id } = summary;
    const stored = stepCount === undefined ? entries.get(id)?.stored : { place, stepCount };
    entries.set(id, { summary, startedMs: Date.parse(summary.startedAt), stored, summaryFile: place.file });
  }
  return entries.values();
}
