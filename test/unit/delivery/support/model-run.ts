import type { Delivery, Outcome, Revision } from '../../../../lib/delivery/attempt';
import type { ModelAlert, Sending } from './model-alert';
import { Deferred } from '../../support/turns';

const FAILED = new Error('the tool answered 500');
const TIMED_OUT = new Error('no answer in time');

/** One attempt at delivering an alert, which ends as the test says, and may then end differently. */
export class ModelRun implements Delivery {
  readonly idle = new Promise<never>(() => undefined);
  readonly outcome: Promise<Outcome>;
  readonly #ended = new Deferred<Outcome>();
  #revisions = 0;
  readonly sending: Sending = {
    succeeded: false,
    late: false,
    failedLate: false,
    unwritten: false,
    settled: false,
    takenOver: false,
  };

  constructor(
    alert: ModelAlert,
    readonly onRevised: (revision: Revision) => void,
  ) {
    alert.sendings.push(this.sending);
    this.outcome = this.#ended.promise;
  }

  confirm(): void {
    this.end('succeeded');
  }

  abandon(): void {
    this.#ended.resolve({ status: 'abandoned' });
  }

  end(how: 'succeeded' | 'failed' | 'timed-out'): void {
    this.sending.succeeded = how === 'succeeded';
    if (how === 'succeeded') this.#ended.resolve({ status: how });
    else this.#ended.resolve({ status: how, error: how === 'failed' ? FAILED : TIMED_OUT });
  }

  /** Late success of what timed out or failed, late failure of what succeeded. */
  revise(): Revision {
    this.#revisions += 1;
    const succeeded = !this.sending.succeeded;
    this.sending.succeeded = succeeded;
    this.sending.failedLate = this.sending.unwritten = !succeeded;
    if (succeeded) this.sending.late = true;
    return succeeded ? { status: 'succeeded' } : { status: 'failed', error: FAILED };
  }

  /** Returns what to call when all that it came to by now is on the disk. */
  get written(): () => void {
    const revisions = this.#revisions;
    return () => {
      if (revisions === this.#revisions) this.sending.unwritten = false;
    };
  }
}
