import type { NodeAPI } from 'node-red';

import { noMetrics } from '../../lib/admin-api/api-error';
import * as request from '../../lib/admin-api/request';
import * as runs from '../../lib/admin-api/runs';
import * as triggers from '../../lib/admin-api/triggers';
import { type SharedRuntime, sharedRuntime } from '../../lib/runtime/shared-runtime';
import { PlainText, Router } from './router';

/**
 * The routes of docs/admin-api.md. The shared runtime is looked up each time, because deploys may replace it.
 */
export function registerRoutes(RED: NodeAPI): void {
  const router = new Router(RED);
  const runtime = (): SharedRuntime => sharedRuntime(RED);
  const history = async (): Promise<Parameters<typeof runs.listRuns>[0]> =>
    (await runtime().recorders()).history;

  router.get('/runs', async ({ query }) => runs.listRuns(await history(), request.readRunQuery(query)));
  router.get('/runs/rerun-failed', async ({ query }) =>
    runs.countFailed(await history(), runtime().triggers, request.readFilter(query)),
  );
  router.get('/runs/:id', async ({ id }) => runs.readRun(await history(), id));

  router.post('/runs/rerun-failed', 202, async ({ body }) =>
    runs.rerunFailed(await history(), runtime().triggers, request.readFilterBody(body)),
  );
  router.post('/runs/:id/rerun', 202, async ({ id, body }) => {
    request.readNothing(body);
    return runs.rerun(await history(), runtime().triggers, id);
  });

  router.get('/triggers', async () => {
    const { triggers: all, counters } = runtime();
    await counters.load();
    return triggers.listTriggers(all, counters);
  });
  router.get('/triggers/:id/waiting', async ({ id }) => ({
    alerts: await triggers.findTrigger(runtime().triggers, id).life.waiting(),
  }));
  const switchTo = async (id: string, to: Parameters<typeof triggers.switchTrigger>[1]): Promise<unknown> => {
    const { triggers: all, counters } = runtime();
    const trigger = triggers.findTrigger(all, id);
    await triggers.switchTrigger(trigger, to);
    return triggers.infoOf(trigger, counters);
  };
  router.post('/triggers/:id/on', 200, ({ id, body }) =>
    switchTo(id, { on: true, from: request.readFrom(body) }),
  );
  router.post('/triggers/:id/off', 200, ({ id, body }) => {
    request.readNothing(body);
    return switchTo(id, { on: false });
  });
  router.get('/metrics', async () => {
    const { metrics } = runtime();
    if (metrics === undefined) throw noMetrics();
    return new PlainText(metrics.contentType, await metrics.text());
  });
  router.answerErrors();
}
