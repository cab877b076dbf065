import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

const unzip = promisify(gunzip);

export class BodyTooLarge extends Error {
  constructor(limitBytes: number) {
    super(`The body is larger than ${limitBytes} bytes`);
  }
}

/** It is not gzip, or the client went away in the middle. */
export class BodyUnreadable extends Error {}

/**
 * The whole body of a request, unzipped when it came with `Content-Encoding: gzip`.
 * @throws BodyTooLarge when it is longer than `limitBytes`, as sent or unzipped
 * @throws BodyUnreadable
 */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const body = await receive(request, limitBytes);
  if (request.headers['content-encoding'] !== 'gzip') return body;
  try {
    return await unzip(body, { maxOutputLength: limitBytes });
  } catch (error) {
    // With maxOutputLength zlib throws a RangeError for what would be longer.
    throw error instanceof RangeError
      ? new BodyTooLarge(limitBytes)
      : new BodyUnreadable('The body is not gzip', { cause: error });
  }
}

async function receive(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    // All of it is read, also past the limit: a client that is still sending would not read the refusal.
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length <= limitBytes) chunks.push(chunk);
    }
  } catch (error) {
    throw new BodyUnreadable('The body is not complete', { cause: error });
  }
  if (length > limitBytes) throw new BodyTooLarge(limitBytes);
  return Buffer.concat(chunks);
}
