import type { ErrorRequestHandler, Request, Response } from 'express';
import type { NodeAPI } from 'node-red';

import { ApiError, badRequest, notJson } from '../../lib/admin-api/api-error';
import { describe } from '../../lib/util/error-text';

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

/** Routes under `sekoia` in Node-RED's admin API, each with its permission. All responses are JSON. */
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
    const answer = this.#answering(status, handle, assertJson);
    httpAdmin.post(ROOT + route, auth.needsPermission('sekoia-runs.write'), answer);
  }

  /** Also handles failures before a route: an unreadable path or body. */
  answerErrors(): void {
    const { httpAdmin } = this.#RED as { httpAdmin: Mounted };
    const answer: ErrorRequestHandler = (error: unknown, _request, response, next) => {
      if (response.headersSent) next(error);
      else this.#refuse(response, isClientError(error) ? badRequest(describe(error)) : error);
    };
    // Node-RED's app parses bodies. If the admin API is off, this app does not exist.
    if (httpAdmin.parent === undefined) return;
    httpAdmin.use(ROOT, answer);
    httpAdmin.parent.use(ROOT, answer);
  }

  /** @param check throws for a request that is not to be handled */
  #answering(
    status: number,
    handle: Handler,
    check: (request: Request) => void = () => undefined,
  ): (request: Request, response: Response) => void {
    return (request, response) => {
      Promise.resolve()
        .then(() => check(request))
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
    response
      .status(500)
      .json({ code: 'failed', message: 'The request failed. Node-RED’s log shows the reason' });
  }
}

/**
 * A page of another site can make a browser send forms and plain text here, but not JSON: for that the browser
 * asks first (https://fetch.spec.whatwg.org/#cors-safelisted-request-header). Without `adminAuth`, nothing else
 * would prevent this, so the check also applies to requests without a body.
 * @throws ApiError 415
 */
function assertJson({ headers }: Request): void {
  if (!/^application\/json\s*(?:;|$)/i.test(headers['content-type'] ?? '')) throw notJson();
}

function callOf(request: Request): Call {
  const { id = '' } = request.params as { id?: string };
  return { id, query: request.query, body: bodyOf(request) };
}

function bodyOf({ headers, body }: Request): unknown {
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > 0;
  return hasBody ? (body as unknown) : undefined;
}

/** An error of the web server about the request. */
function isClientError(error: unknown): boolean {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' && status >= 400 && status < 500;
}
