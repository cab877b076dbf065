import querystring from 'node:querystring';

import mustache from 'mustache';

import type { Configuration, Message } from './runtime';

/** What a core http request node sends. */
export interface HttpRequest {
  readonly method: string;
  /** With its query. */
  readonly url: string;
  /** `undefined` if there is none; not yet as text. */
  readonly body: unknown;
}

/**
 * The request that a core http request node derives from a message, as in its `21-httprequest.js`. Undefined if
 * it makes none.
 */
export function httpRequestOf(configuration: Configuration, message: Message): HttpRequest | undefined {
  const method = methodOf(configuration, message);
  const base = urlOf(configuration, message);
  if (base === undefined) return undefined;
  const { payload } = message;
  const { paytoqs } = configuration;
  if (method === 'HEAD' || payload === undefined) return { method, url: base, body: undefined };
  if (method !== 'GET') return { method, url: base, body: payload };
  if (paytoqs === true || paytoqs === 'query')
    return { method, url: withQuery(base, payload), body: undefined };
  return { method, url: base, body: paytoqs === 'body' ? payload : undefined };
}

/** Without the user and the password that may be in it. */
export function withoutUserinfo(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1');
}

function methodOf({ method }: Configuration, message: Message): string {
  if (method === 'use' && typeof message.method === 'string' && message.method !== '')
    return message.method.toUpperCase();
  return (text(method) || 'GET').toUpperCase();
}

function urlOf(configuration: Configuration, message: Message): string | undefined {
  const template = text(configuration.url);
  const given = template === '' ? text(message.url) : template;
  const url = template.includes('{{') ? mustache.render(template, message) : given;
  if (url === '' || (url.includes('://') && !url.startsWith('http'))) return undefined;
  const scheme = configuration.tls ? 'https://' : 'http://';
  return escapedQuery(/^https?:\/\//.test(url) ? url : scheme + url);
}

/** A `%` that escapes nothing is escaped itself. */
function escapedQuery(url: string): string {
  const start = url.indexOf('?');
  if (start === -1) return url;
  return url.slice(0, start) + url.slice(start).replace(/%(?![a-f0-9]{2})/gi, '%25');
}

function withQuery(url: string, payload: unknown): string {
  if (typeof payload !== 'object' || payload === null) return url;
  const query = querystring.stringify(payload as querystring.ParsedUrlQueryInput);
  if (!url.includes('?')) return `${url}?${query}`;
  return url + (url.endsWith('?') ? '' : '&') + query;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
