/** How one attempt at delivering an alert ended. */
export type Outcome =
  | { kind: 'succeeded' }
  | { kind: 'failed'; error: Error }
  /** The run may still be at work, and may succeed later: see `Revision`. */
  | { kind: 'timed-out'; error: Error }
  /** The trigger stops; the next start sends the alert again. */
  | { kind: 'abandoned' };

/** What an attempt came to after its outcome was told: it succeeded late, or something failed late. */
export type Revision = Extract<Outcome, { kind: 'succeeded' | 'failed' }>;

/** An alert that is being sent, for the first time or again. */
export interface Attempt {
  /** Never rejects. */
  readonly outcome: Promise<Outcome>;
  /** Settles when the attempt only waits for its confirmation: others may be sent in its place. */
  readonly idle: Promise<void>;
}
