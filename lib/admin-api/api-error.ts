/** An answer of 400 or more: docs/admin-api.md. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, 'bad-request', message);
}

export function notJson(): ApiError {
  return new ApiError(
    415,
    'not-json',
    'The request does not say that it is JSON: set its Content-Type to application/json, also without a body',
  );
}

export function noMetrics(): ApiError {
  return new ApiError(
    501,
    'no-metrics',
    'There are no metrics: set sekoia: { metrics: true } in settings.js, run "npm install prom-client" in the user directory, and restart Node-RED',
  );
}
