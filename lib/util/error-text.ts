/** The code that Node.js gave an error, e.g. `ECONNREFUSED`; empty without one. */
export function systemCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

/** An error in one sentence; anything may be thrown. */
export function describe(error: unknown): string {
  if (error instanceof AggregateError && error.message === '' && error.errors.length > 0)
    return describe(error.errors[0]);
  if (error instanceof Error) return error.message || systemCode(error) || error.name;
  // Not every object can be made a text: String() throws for one without a prototype.
  return typeof error === 'object' && error !== null ? Object.prototype.toString.call(error) : String(error);
}
