import { PassThrough, type Readable, Transform, pipeline } from 'node:stream';
import { createBrotliDecompress, createUnzip } from 'node:zlib';

/** What this package can unpack. */
export const ACCEPTED_ENCODINGS = 'gzip, deflate, br';

export interface AnswerBody {
  /** Created on demand, because it doubles the memory. */
  text: () => string;
  /** The body exceeds the limit, and the rest was not read. */
  cut: boolean;
}

export interface ReadBodyOptions {
  /** Its Content-Encoding. */
  encoding: unknown;
  /** Counted as it is unpacked: half a megabyte of gzip can hold a thousand times as much. */
  maxBytes: number;
  /** Bytes have come over the wire. */
  onBytes: () => void;
  signal: AbortSignal;
}

/**
 * Reads the body of an answer, with backpressure and up to a limit.
 * @throws the error of the stream; the signal's reason
 */
export async function readBody(raw: Readable, options: ReadBodyOptions): Promise<AnswerBody> {
  const { encoding, maxBytes, onBytes, signal } = options;
  const heard = new Transform({
    transform(chunk, _encoding, done) {
      onBytes();
      done(null, chunk);
    },
  });
  // Whatever goes wrong comes out of the last of them.
  const body = pipeline(raw, heard, unpacker(encoding), () => undefined);
  const destroy = (): void => void body.destroy(signal.reason as Error);
  signal.addEventListener('abort', destroy, { once: true });
  const chunks: Buffer[] = [];
  let left = maxBytes;
  try {
    signal.throwIfAborted();
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk.subarray(0, left));
      left -= chunk.length;
      if (left < 0) break;
    }
  } finally {
    signal.removeEventListener('abort', destroy);
    // Nothing is left to come, or nothing is wanted any more.
    body.destroy();
  }
  // It passes over a byte order mark, which JSON may not begin with.
  return { text: () => new TextDecoder().decode(Buffer.concat(chunks)), cut: left < 0 };
}

function unpacker(encoding: unknown): Transform {
  switch (typeof encoding === 'string' ? encoding.trim().toLowerCase() : '') {
    case 'gzip':
    case 'x-gzip':
    case 'deflate':
      return createUnzip();
    case 'br':
      return createBrotliDecompress();
    default:
      return new PassThrough();
  }
}
