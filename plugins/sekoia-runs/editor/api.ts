/** The calls of docs/admin-api.md. Each throws an `ApiProblem` if it is not answered as it should be. */
import type { TriggerInfo } from '../../../lib/admin-api/trigger-info';
import type { RunPage } from '../../../lib/history/run-list';
import type { RunDetails, RunStatus, RunSummary } from '../../../lib/history/run-record';

export type { RunDetails, RunPage, RunStatus, RunSummary, TriggerInfo };

/** Empty texts: any. */
export interface RunFilter {
  readonly trigger: string;
  readonly status: RunStatus | '';
  /** A part of the short id or of the title. */
  readonly alert: string;
}

/** What went wrong with a call; `status` is 0 if Node-RED did not answer. */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }

  /** The user lacks the permission. */
  get isRefusal(): boolean {
    return this.status === 401 || this.status === 403;
  }
}

const PAGE = 50;

export const listRuns = (filter: RunFilter, before: string | null): Promise<RunPage> =>
  call('GET', 'sekoia/runs', { ...filter, before: before ?? '', limit: PAGE });

export const readRun = (id: string): Promise<RunDetails> => call('GET', `sekoia/runs/${path(id)}`);

export const rerun = (id: string): Promise<{ alerts: number }> =>
  call('POST', `sekoia/runs/${path(id)}/rerun`, {});

export const countFailed = ({ trigger, alert }: RunFilter): Promise<{ alerts: number }> =>
  call('GET', 'sekoia/runs/rerun-failed', { trigger, alert });

export const rerunFailed = ({ trigger, alert }: RunFilter): Promise<{ alerts: number }> =>
  call('POST', 'sekoia/runs/rerun-failed', { trigger, alert });

export const listTriggers = (): Promise<{ triggers: readonly TriggerInfo[] }> =>
  call('GET', 'sekoia/triggers');

export const countWaiting = (id: string): Promise<{ alerts: number | null }> =>
  call('GET', `sekoia/triggers/${path(id)}/waiting`);

export const switchOn = (id: string, from: 'stopped' | 'now'): Promise<TriggerInfo> =>
  call('POST', `sekoia/triggers/${path(id)}/on`, { from });

export const switchOff = (id: string): Promise<TriggerInfo> =>
  call('POST', `sekoia/triggers/${path(id)}/off`, {});

const path = encodeURIComponent;

/** @param parameters of a GET in its address, of a POST in its body; empty ones are left out */
function call<T>(
  method: 'GET' | 'POST',
  url: string,
  parameters: Record<string, string | number> = {},
): Promise<T> {
  const given = Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== ''));
  return new Promise((resolve, reject) => {
    // Relative: under whatever path the editor is served, and with the token of whoever is logged in.
    void $.ajax({
      url,
      type: method,
      dataType: 'json',
      ...(method === 'GET'
        ? { data: given }
        : { data: JSON.stringify(given), contentType: 'application/json' }),
      success: (answer: T) => resolve(answer),
      error: (answer) => reject(problemOf(answer)),
    });
  });
}

function problemOf({ status, responseJSON }: JQuery.jqXHR): ApiProblem {
  const { code = '', message = '' } = (responseJSON ?? {}) as { code?: unknown; message?: unknown };
  return new ApiProblem(status, String(code), String(message));
}
