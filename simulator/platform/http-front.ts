import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { BodyTooLarge, BodyUnreadable, readBody } from '../http/body';
import { reset } from '../http/reset';
import type { Timers } from '../http/timers';
import { bearerToken, type Access } from './access';
import type { AlertDesk } from './alert-desk';
import { observed } from './exchange';
import type { Faults, RestFault } from './faults';
import { writeHead, type Answer } from './http-answer';
import { MAX_PAYLOAD_BYTES, type Intake } from './intake';
import { ApiError } from './rest/api-error';
import { answerRest, type RestRequest } from './rest/rest-api';

/** A request to the REST API or the intake. */
export interface RequestRecord {
  method: string;
  /** Without `/api`: `/v1/sic/alerts` */
  path: string;
  query: Record<string, string>;
  /** 0 for as long as there is no answer. */
  status: number;
  /** When it came, as performance.now() counts. */
  at: number;
  userAgent: string;
  /** It came with an API key that was valid then. */
  authorized: boolean;
}

/** What every request passes: it is recorded, meets the fault that waits for it, or is answered. */
export class HttpFront extends EventEmitter<{ request: [RequestRecord] }> {
  readonly requests: RequestRecord[] = [];

  constructor(
    private readonly desk: AlertDesk,
    private readonly access: Access,
    private readonly intake: Intake,
    private readonly faults: Faults,
    private readonly timers: Timers,
  ) {
    super();
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', headers } = request;
    const { path, query } = splitTarget(request.url ?? '/');
    const record: RequestRecord = {
      method,
      path,
      query: Object.fromEntries(query),
      status: 0,
      at: performance.now(),
      userAgent: headers['user-agent'] ?? '',
      authorized: this.access.accepts(bearerToken(headers.authorization)),
    };
    this.requests.push(record);

    const fault = this.faults.takeRest(method, path) ?? {};
    if (fault.delayMs !== undefined) await this.timers.delay(fault.delayMs);
    if (fault.hang) {
      this.emit('request', record);
      return;
    }
    if (fault.reset) {
      reset(request.socket);
      this.emit('request', record);
      return;
    }
    const { body, own } = await this.ownAnswer(request, { method, path, query, headers }, fault);
    observed({ method, path, query, userAgent: record.userAgent, body, answer: own });
    const answer = own ?? faultAnswer(fault);
    record.status = answer.status;
    this.send(response, { ...answer, headers: { ...answer.headers, ...faultHeaders(fault) } }, fault);
    this.emit('request', record);
  }

  /** The platform's own answer, unless a fault answers in its place. */
  private async ownAnswer(
    incoming: IncomingMessage,
    request: Omit<RestRequest, 'body'>,
    fault: RestFault,
  ): Promise<{ body: Buffer; own: Answer | undefined }> {
    let body: Buffer = Buffer.alloc(0);
    if (faultStatus(fault) !== undefined) return { body, own: undefined };
    try {
      body = await readBody(incoming, MAX_PAYLOAD_BYTES);
      return { body, own: this.answer({ ...request, body }) };
    } catch (error) {
      return { body, own: errorAnswer(error) };
    }
  }

  private answer(request: RestRequest): Answer {
    return this.intake.answer(request) ?? answerRest(this.desk, this.access, request);
  }

  private send(response: ServerResponse, answer: Answer, fault: RestFault): void {
    const whole = bytesOf(answer.body);
    const half = whole.subarray(0, whole.length / 2);
    const body = fault.brokenJson ? half : whole;
    writeHead(response, answer, body.length, this.desk.now());
    const { socket } = response;
    if (fault.truncate && socket) response.write(half, () => reset(socket));
    else response.end(body);
  }
}

function bytesOf(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

function splitTarget(target: string): { path: string; query: URLSearchParams } {
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  return {
    path: path.replace(/^\/api(?=\/v\d)/, ''),
    query: new URLSearchParams(mark < 0 ? '' : target.slice(mark)),
  };
}

function faultStatus({ status, redirectTo, retryAfter }: RestFault): number | undefined {
  return status ?? (redirectTo !== undefined ? 302 : retryAfter !== undefined ? 429 : undefined);
}

function faultAnswer(fault: RestFault): Answer {
  const status = faultStatus(fault) ?? 500;
  return {
    status,
    body: fault.body ?? { message: `Fault: the platform answers ${status}`, code: `SIM${status}` },
  };
}

function faultHeaders({ headers, retryAfter, redirectTo }: RestFault): Record<string, string> {
  return {
    ...headers,
    ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }),
    ...(redirectTo !== undefined && { Location: redirectTo }),
  };
}

/** @throws what is none of the errors that a request can cause: it is a fault of the simulator, and must be seen */
function errorAnswer(error: unknown): Answer {
  const { status, code, message } = asApiError(error);
  return { status, body: { message, code } };
}

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof BodyTooLarge) return new ApiError(413, error.message);
  if (error instanceof BodyUnreadable) return new ApiError(400, error.message);
  throw error;
}
