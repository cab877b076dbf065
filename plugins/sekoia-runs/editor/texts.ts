import { ApiProblem } from './api';

/** Looks a text up in the plugin's catalogue. */
export type Translate = (key: string, values?: Record<string, string | number>) => string;

/** Problems that have a text of their own; the others come with a sentence of the runtime. */
const CODES: readonly string[] = [
  'unknown-run',
  'unknown-trigger',
  'trigger-gone',
  'trigger-off',
  'trigger-not-ready',
  'on-its-way',
];

/** What went wrong and what to do, as a sentence. */
export function problemText(_: Translate, problem: unknown): string {
  if (!(problem instanceof ApiProblem)) return String(problem);
  if (problem.isRefusal) return _('sekoia-runs.problem.refused');
  if (problem.status === 0) return _('sekoia-runs.problem.unreachable');
  if (CODES.includes(problem.code)) return _(`sekoia-runs.problem.${problem.code}`);
  if (problem.message !== '') return problem.message;
  // No route answered: the runtime side of the plugin is not there.
  return problem.status === 404
    ? _('sekoia-runs.problem.no-api')
    : _('sekoia-runs.problem.unexpected', { status: problem.status });
}

/** `1 alert`, `12 alerts` */
export function alertsText(_: Translate, number: number): string {
  return number === 1 ? _('sekoia-runs.alerts.one') : _('sekoia-runs.alerts.many', { number });
}
