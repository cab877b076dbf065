export interface LiveTiming {
  /** From opening the socket until the WebSocket handshake is done. */
  handshakeTimeoutMs: number;
  /** From the handshake until the pong, or a message other than the greeting. */
  answerTimeoutMs: number;
  pingEveryMs: number;
  pongTimeoutMs: number;
  firstReconnectMs: number;
  maxReconnectMs: number;
  /** After a connection of this duration, the backoff starts over. */
  stableAfterMs: number;
  refusedRetryMs: number;
  /** For the closing handshake; then the socket is torn down. */
  closeTimeoutMs: number;
}

/** Ping and pong times are those of Sekoia's own client. */
export const LIVE_TIMING: Readonly<LiveTiming> = {
  handshakeTimeoutMs: 10_000,
  answerTimeoutMs: 10_000,
  pingEveryMs: 20_000,
  pongTimeoutMs: 5_000,
  firstReconnectMs: 1_000,
  maxReconnectMs: 300_000,
  stableAfterMs: 60_000,
  refusedRetryMs: 300_000,
  closeTimeoutMs: 500,
};
