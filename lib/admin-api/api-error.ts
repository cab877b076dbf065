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
    'The request is not JSON: set the Content-Type header to application/json, even without a body',
  );
}

export function noMetrics(): ApiError {
  return new ApiError(
    501,
    'no-metrics',
    'Metrics are off: set sekoia: { metrics: true } in settings.js, run "npm install prom-client" in the user directory, and restart Node-RED',
  );
}
