import type { Changes } from '../../../lib/triggers/changes';
import { type ApiProblem, type RunFilter, type RunPage, type RunSummary, listRuns } from './api';

/**
 * The loaded runs that pass the filter, newest first.
 *
 *   loading ── page ──► shown ── more(), refresh() ──► shown
 *      ▲                  │                            an answer for an earlier filter is dropped
 *      └── setFilter() ───┘
 */
export class RunList {
  runs: readonly RunSummary[] = [];
  filter: RunFilter = { trigger: '', status: '', alert: '' };
  isLoading = true;
  /** Why the last read failed. Undefined: it succeeded. */
  problem: ApiProblem | undefined;
  #next: string | null = null;
  #generation = 0;
  #isAsking = false;

  constructor(private readonly onChange: () => void) {}

  get hasMore(): boolean {
    return this.#next !== null;
  }

  get isFiltered(): boolean {
    return Object.values(this.filter).some((value) => value !== '');
  }

  setFilter(filter: RunFilter): void {
    this.filter = filter;
    this.runs = [];
    this.#next = null;
    this.isLoading = true;
    this.onChange();
    void this.refresh();
  }

  /** Reads the newest runs again. Older runs that were loaded stay. */
  async refresh(): Promise<void> {
    const generation = ++this.#generation;
    await this.#ask(generation, null, (page) => {
      const older = olderThan(page, this.runs);
      if (older.length === 0) this.#next = page.next;
      this.runs = [...page.runs, ...older];
    });
  }

  /** Reads the next page. */
  async more(): Promise<void> {
    if (this.#next === null || this.#isAsking) return;
    await this.#ask(this.#generation, this.#next, (page) => {
      const shown = new Set(this.runs.map(({ id }) => id));
      this.runs = [...this.runs, ...page.runs.filter(({ id }) => !shown.has(id))];
      this.#next = page.next;
    });
  }

  /** Shows changed statuses until the runs are read again. */
  apply(changes: Changes['runs']): void {
    const statuses = new Map(changes.map(({ id, status }) => [id, status]));
    const { status: wanted } = this.filter;
    this.runs = this.runs
      .map((run) => ({ ...run, status: statuses.get(run.id) ?? run.status }))
      .filter(({ status }) => wanted === '' || status === wanted);
    this.onChange();
  }

  async #ask(generation: number, before: string | null, take: (page: RunPage) => void): Promise<void> {
    this.#isAsking = true;
    try {
      const page = await listRuns(this.filter, before);
      if (generation !== this.#generation) return;
      take(page);
      this.problem = undefined;
    } catch (problem) {
      if (generation !== this.#generation) return;
      this.problem = problem as ApiProblem;
    }
    this.#isAsking = false;
    this.isLoading = false;
    this.onChange();
  }
}

/** The shown runs that follow a page without a gap. */
function olderThan({ runs, next }: RunPage, shown: readonly RunSummary[]): readonly RunSummary[] {
  const last = runs.at(-1);
  if (last === undefined || next === null) return [];
  const at = shown.findIndex(({ id }) => id === last.id);
  return at === -1 ? [] : shown.slice(at + 1);
}
