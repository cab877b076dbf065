import type { AlertMessage } from '../../../../lib/delivery/alert-message';
import type { Delivery, Outcome, Revision } from '../../../../lib/delivery/attempt';
import type { AlertSource } from '../../../../lib/delivery/ledger-record';
import { Deferred, turns } from '../../support/turns';

export const FAILED: Outcome = { status: 'failed', error: new Error('the other tool is down') };
export const SUCCEEDED: Outcome = { status: 'succeeded' };
export const TIMED_OUT: Outcome = { status: 'timed-out', error: new Error('no answer in time') };

/** One sending, whose run ends as the test says. */
export interface Sent {
  uuid: string;
  attempt: number;
  source: AlertSource;
  /** What the storage held when it was sent. */
  writtenBefore: number;
  end: (outcome: Outcome) => Promise<void>;
  /** It only waits for its confirmation. */
  idle: () => Promise<void>;
  /** It ends differently after all. */
  revise: (revision: Revision) => Promise<void>;
}

/** The flow behind a trigger, whose runs end as the test says. */
export class TestFlow {
  /** All sendings, in order; and those whose runs are under way. */
  readonly sent: Sent[] = [];
  readonly running = new Set<Sent>();
  mostRunning = 0;
  /** Called right after an alert was sent. */
  emit: (uuid: string) => void = () => undefined;

  /** @param writtenSoFar how many records the storage holds */
  constructor(readonly writtenSoFar: () => number) {}

  send({ sekoia }: AlertMessage, onRevised: (revision: Revision) => void): Delivery {
    const { uuid } = sekoia.alert;
    const { attempt, source } = sekoia.run;
    this.emit(uuid);
    const ended = new Deferred<Outcome>();
    const idle = new Deferred();
    const sent: Sent = {
      ...{ uuid, source, attempt },
      writtenBefore: this.writtenSoFar(),
      end: async (outcome) => {
        this.running.delete(sent);
        ended.resolve(outcome);
        await turns();
      },
      idle: async () => {
        idle.resolve();
        await turns();
      },
      revise: async (revision) => {
        onRevised(revision);
        await turns();
      },
    };
    this.sent.push(sent);
    this.running.add(sent);
    this.mostRunning = Math.max(this.mostRunning, this.running.size);
    return {
      ...{ outcome: ended.promise, idle: idle.promise },
      confirm: () => ended.resolve(SUCCEEDED),
      abandon: () => ended.resolve({ status: 'abandoned' }),
    };
  }
}
