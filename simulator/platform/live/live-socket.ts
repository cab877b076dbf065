import { WebSocket } from 'ws';

/** A LiveAPI socket on the platform's side. */
export class LiveSocket extends WebSocket {
  /** The client asked for notices of version 2. */
  upgraded = false;
  /** Half-open: the TCP connection stays, but nothing is sent, and neither a ping nor a close is answered. */
  deaf = false;

  /** A string as it is, anything else as JSON. */
  transmit(frame: unknown): void {
    if (this.deaf || this.readyState !== WebSocket.OPEN) return;
    this.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  /** Also called by the library itself when the client closes. */
  override close(code?: number, data?: string | Buffer): void {
    if (!this.deaf) super.close(code, data);
  }
}
