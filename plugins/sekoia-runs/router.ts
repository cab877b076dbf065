import type { ErrorRequestHandler, Request, Response } from 'express';
import type { NodeAPI } from 'node-red';

import { ApiError, badRequest } from '../../lib/admin-api/api-error';
import { describe } from '../../lib/sekoia/errors';

const ROOT = '/sekoia';

/** What a route is given. */
export interface Call {
  /** The `:id` of its address; empty if it has none. */
  id: string;
  query: Readonly<Record<string, unknown>>;
  body: unknown;
}

/** An app, and the one that it is mounted in. */
type Mounted = NodeAPI['httpAdmin'] & { parent?: NodeAPI['httpAdmin'] };

/** An answer that is not JSON. */
export class PlainText {
  constructor(
    readonly contentType: string,
    readonly text: string,
  ) {}
}

type Handler = (call: Call) => Promise<unknown>;

/** Routes below `sekoia` of Node-RED's admin API, with the permission that each needs, and JSON for every answer. */
export class Router {
  readonly #RED: NodeAPI;

  constructor(RED: NodeAPI) {
    this.#RED = RED;
  }

  get(route: string, handle: Handler): void {
    const { httpAdmin, auth } = this.#RED;
    httpAdmin.get(ROOT + route, auth.needsPermission('sekoia-runs.read'), this.#answering(200, handle));
  }

  post(route: string, status: number, handle: Handler): void {
    const { httpAdmin, auth } = this.#RED;
    httpAdmin.post(ROOT + route, auth.needsPermission('sekoia-runs.write'), this.#answering(status, handle));
  }

  /** Also for what fails before a route is reached: an address or a body that cannot be read. */
  answerErrors(): void {
    const { httpAdmin } = this.#RED as { httpAdmin: Mounted };
    const answer: ErrorRequestHandler = (error: unknown, _request, response, next) => {
      if (response.headersSent) next(error);
      else this.#refuse(response, isClientError(error) ? badRequest(describe(error)) : error);
    };
    // Bodies are read by the app that Node-RED mounts this one in; with the admin API off there is none.
    if (httpAdmin.parent === undefined) return;
    httpAdmin.use(ROOT, answer);
    httpAdmin.parent.use(ROOT, answer);
  }

  #answering(status: number, handle: Handler): (request: Request, response: Response) => void {
    return (request, response) => {
      Promise.resolve()
        .then(() => handle(callOf(request)))
        .then(
          (answer) => {
            if (answer instanceof PlainText) response.type(answer.contentType).send(answer.text);
            else response.status(status).json(answer);
          },
          (error: unknown) => this.#refuse(response, error),
        );
    };
  }

  #refuse(response: Response, error: unknown): void {
    if (error instanceof ApiError) {
      const { status, code, message } = error;
      response.status(status).json({ code, message });
      return;
    }
    this.#RED.log.error(`[sekoia] admin API: ${describe(error)}`);
    response.status(500).json({ code: 'failed', message: 'It failed; Node-RED’s log says why' });
  }
}

/** @throws ApiError 400 */
function callOf(request: Request): Call {
  const { id = '' } = request.params as { id?: string };
  return { id, query: request.query, body: bodyOf(request) };
}

/** Node-RED reads JSON and forms; of anything else it makes an empty body, which would stand for "as usual". */
function bodyOf(request: Request): unknown {
  const hasBody =
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length']) > 0;
  if (!hasBody) return undefined;
  if (request.is('application/json') === false)
    throw badRequest('The body is not JSON: set its Content-Type to application/json');
  return request.body as unknown;
}

/** An error of the web server about what it was sent. */
function isClientError(error: unknown): boolean {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' && status >= 400 && status < 500;
}
