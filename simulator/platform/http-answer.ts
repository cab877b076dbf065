import type { ServerResponse } from 'node:http';

export interface Answer {
  status: number;
  /** A string is sent as plain text, undefined as nothing, anything else as JSON. */
  body: unknown;
  headers?: Record<string, string>;
}

/** @param nowMs the platform's clock, which the Date header shows */
export function writeHead(response: ServerResponse, answer: Answer, length: number, nowMs: number): void {
  response.sendDate = false;
  response.writeHead(answer.status, {
    Date: new Date(nowMs).toUTCString(),
    ...(answer.body !== undefined && {
      'Content-Type': typeof answer.body === 'string' ? 'text/plain; charset=utf-8' : 'application/json',
    }),
    'Content-Length': length,
    ...answer.headers,
  });
}
