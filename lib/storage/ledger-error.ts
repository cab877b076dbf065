/** Why a trigger cannot keep its ledger. The message names the file or store, and the way out. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
  readonly code = 'SEKOIA_LEDGER';

  constructor(
    /**
     * foreign      what is there is not a ledger that this version can read; stays so until somebody acts.
     * unavailable  may pass: a full disk, a store that is away.
     * standby      another process owns the ledger.
     * lost         another process has taken the ledger over from this one, which may not write to it any more.
     */
    readonly kind: 'foreign' | 'unavailable' | 'standby' | 'lost',
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}
