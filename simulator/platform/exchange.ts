import type { Answer } from './http-answer';

/** A request to the REST API, and the platform's own answer to it. */
export interface Exchange {
  method: string;
  /** Without `/api`. */
  path: string;
  query: URLSearchParams;
  userAgent: string;
  body: Buffer;
  /** Undefined when a fault answered in place of the platform. */
  answer: Answer | undefined;
}

export type ExchangeObserver = (exchange: Exchange) => void;

let observer: ExchangeObserver | undefined;

/**
 * Shows every exchange of every platform in this process to whoever holds them against something, such as the
 * platform's OpenAPI description: the simulator itself shares no code with that.
 */
export function observeExchanges(observe: ExchangeObserver | undefined): void {
  observer = observe;
}

export function observed(exchange: Exchange): void {
  observer?.(exchange);
}
