/** Why a trigger cannot keep its ledger. The message names the file or store, and the way out. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
  readonly code = 'SEKOIA_LEDGER';

  constructor(
    /** `damaged` stays so until somebody acts; `unavailable` may pass: a full disk, a store that is away. */
    readonly kind: 'damaged' | 'unavailable',
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}
