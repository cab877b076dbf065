/** The calls of docs/admin-api.md. Each one throws an `ApiProblem` if it fails. */
import type { TriggerInfo } from '../../../lib/admin-api/trigger-info';
import type { RunPage } from '../../../lib/history/run-list';
import type { RunDetails, RunStatus, RunSummary } from '../../../lib/history/run-record';

export type { RunDetails, RunPage, RunStatus, RunSummary, TriggerInfo };

/** An empty text matches any value. */
export interface RunFilter {
  readonly trigger: string;
  readonly status: RunStatus | '';
  /** A part of the short ID or of the title. */
  readonly alert: string;
}

/** Why a call failed. `status` is 0 if Node-RED did not answer. */
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

/** @param parameters the query of a GET, or the body of a POST; empty texts are omitted */
function call<T>(
  method: 'GET' | 'POST',
  url: string,
  parameters: Record<string, string | number> = {},
): Promise<T> {
  const nonEmpty = Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== ''));
  return new Promise((resolve, reject) => {
    // The relative URL works under any path of the editor. Node-RED adds the user's token.
    void $.ajax({
      url,
      type: method,
      dataType: 'json',
      ...(method === 'GET'
        ? { data: nonEmpty }
        : { data: JSON.stringify(nonEmpty), contentType: 'application/json' }),
      success: (answer: T) => resolve(answer),
      error: (answer) => reject(problemOf(answer)),
    });
  });
}

function problemOf({ status, responseJSON }: JQuery.jqXHR): ApiProblem {
  const { code = '', message = '' } = (responseJSON ?? {}) as { code?: unknown; message?: unknown };
  return new ApiProblem(status, String(code), String(message));
}
