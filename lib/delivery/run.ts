import type { Attempt } from './outcome';

/** Follows what the message of one attempt sets off in the flow. */
export interface Run extends Attempt {
  /** The flow says that the alert was delivered. */
  confirm(): void;
  /** Stops following: the outcome is `abandoned`. */
  abandon(): void;
  /** It has failed or timed out: its alert is sent again by itself, or, which is said last, is not. */
  failed(sentAgain: boolean): void;
}
