/** What became of one sending. */
export type Outcome =
  /** The alert does not pass the filters; nothing was sent. */
  | { kind: 'filtered' }
  | { kind: 'succeeded' }
  | { kind: 'failed'; error: Error }
  /** It may still be at work, and may succeed later. */
  | { kind: 'timed-out'; error: Error; succeededLate: Promise<void> }
  /** The trigger stops; the next start sends it again. */
  | { kind: 'abandoned' };
