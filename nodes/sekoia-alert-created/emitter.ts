import type { Node, NodeAPI } from 'node-red';

import type { AlertMessage } from '../../lib/delivery/alert-message';
import type { Run } from '../../lib/delivery/trigger';
import { type Hooks, type RunHandle, type RunOutcome, sharedTracker } from '../../lib/runs';
import type { AlertCreatedSettings } from './properties';

/** Sends a trigger's messages and follows their runs. */
export interface Emitter {
  emit(message: AlertMessage): Run;
  close(): void;
}

export function makeEmitter(RED: NodeAPI, node: Node, settings: AlertCreatedSettings): Emitter {
  // At most once, nothing follows from what becomes of a run.
  if (settings.atMostOnce)
    return {
      emit: (message) => {
        node.send({ ...message });
        return { outcome: Promise.resolve({ kind: 'succeeded' }), abandon: () => undefined };
      },
      close: () => undefined,
    };
  // Their types name less than both of them can do.
  const tracker = sharedTracker({
    hooks: RED.hooks as unknown as Hooks,
    log: RED.log,
  });
  const release = tracker.acquire();
  /** Also those that timed out and may still succeed. */
  const handles = new Set<RunHandle>();
  return {
    emit: (message) => {
      const msg = { ...message };
      const handle = tracker.start({
        runId: message.sekoia.run.id,
        msg,
        timeoutMs: settings.runTimeoutMs,
        failOnHttpError: settings.failOnHttpError,
        emit: () => node.send(msg),
      });
      handles.add(handle);
      void handle.final.then(() => handles.delete(handle));
      return followed(handle, settings.runTimeoutMs);
    },
    close: () => {
      for (const handle of handles) handle.abandon();
      release();
    },
  };
}

function followed(handle: RunHandle, timeoutMs: number): Run {
  return {
    outcome: handle.outcome.then((outcome) => {
      switch (outcome.status) {
        case 'succeeded':
          return { kind: 'succeeded' };
        case 'failed':
          return { kind: 'failed', error: failure(outcome) };
        case 'timed-out':
          return { kind: 'timed-out', error: timeOut(outcome, timeoutMs), succeededLate: succeeded(handle) };
        case 'abandoned':
          return { kind: 'abandoned' };
      }
    }),
    abandon: () => handle.abandon(),
  };
}

function failure({ error }: Extract<RunOutcome, { status: 'failed' }>): Error {
  const where = error.nodeName ?? error.nodeType;
  return Object.assign(
    new Error(`${where}: ${error.message}`),
    error.code !== undefined && { code: error.code },
  );
}

function timeOut({ waitingFor }: Extract<RunOutcome, { status: 'timed-out' }>, timeoutMs: number): Error {
  const nodes = waitingFor.map(({ nodeName, nodeType }) => nodeName ?? nodeType).join(', ');
  const where = nodes === '' ? '' : `, waiting for ${nodes}`;
  return Object.assign(new Error(`The run was not over after ${timeoutMs / 1000} s${where}`), {
    code: 'SEKOIA_TIMEOUT',
  });
}

/** Resolves when a run that timed out succeeds all the same; never, if it does not. */
function succeeded(handle: RunHandle): Promise<void> {
  return new Promise((resolve) => {
    void handle.final.then((outcome) => {
      if (outcome.status === 'succeeded') resolve();
    });
  });
}
