import { describe } from '../util/error-text';

/** Why a trigger cannot use its ledger. The message names the file or store, and a solution. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
  readonly code = 'SEKOIA_LEDGER';

  constructor(
    /**
     * foreign      this version cannot read the content; permanent until somebody acts.
     * unavailable  can be temporary: a full disk, a missing store.
     * standby      another process owns the ledger.
     * lost         another process has taken over the ledger; this one must not write to it.
     */
    readonly kind: 'foreign' | 'unavailable' | 'standby' | 'lost',
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/** The files of a ledger cannot be read or written. */
export function ledgerUnavailable(file: string, cause: unknown): LedgerError {
  return new LedgerError(
    'unavailable',
    `The ledger ${file} cannot be used: ${describe(cause)}. Free the disk or make the folder writable, or enter a context store in “Remember delivered alerts in” of the node`,
    cause,
  );
}
