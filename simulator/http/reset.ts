import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** Ends a connection without a word: with a TCP RST, or for TLS, where Node.js offers none, by closing it. */
export function reset(socket: Socket): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}
