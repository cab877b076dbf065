/** An answer of the API that is not a success. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** Only the codes of refused tokens are published; the others are made up. */
    readonly code = `SIM${status}`,
  ) {
    super(message);
  }
}
