import { ApiProblem } from './api';

/** Looks up a text in the plugin's catalog. */
export type Translate = (key: string, values?: Record<string, string | number>) => string;

/** The problems that have a text in the catalog. The runtime sends a sentence for the others. */
const CODES: readonly string[] = [
  'unknown-run',
  'unknown-trigger',
  'trigger-gone',
  'trigger-off',
  'trigger-not-ready',
  'on-its-way',
];

/** The problem and what to do about it, as a sentence. */
export function problemText(_: Translate, problem: unknown): string {
  if (!(problem instanceof ApiProblem)) return String(problem);
  if (problem.isRefusal) return _('sekoia-runs.problem.refused');
  if (problem.status === 0) return _('sekoia-runs.problem.unreachable');
  if (CODES.includes(problem.code)) return _(`sekoia-runs.problem.${problem.code}`);
  if (problem.message !== '') return problem.message;
  // 404 without a message: the runtime part of the plugin is not loaded.
  return problem.status === 404
    ? _('sekoia-runs.problem.no-api')
    : _('sekoia-runs.problem.unexpected', { status: problem.status });
}

/** `1 alert`, `12 alerts` */
export function alertsText(_: Translate, number: number): string {
  return number === 1 ? _('sekoia-runs.alerts.one') : _('sekoia-runs.alerts.many', { number });
}
