import { fingerprint } from './fingerprint';
import { httpRequestOf } from './http-request';
import type { ConfigurationOf, Message, RuntimeNode } from './runtime';

/**
 * The request of a node, for comparison with a later one. For a core http request node, it is the method, the
 * URL, and the body. For any other node, it is the received message, property by property.
 */
export type Request =
  | { readonly kind: 'http'; readonly key: string }
  | { readonly kind: 'input'; readonly properties: ReadonlyMap<string, string> };

/** What Node-RED and the nodes themselves write into messages. It does not describe the request. */
const BOOK_KEEPING = new Set([
  ...['_msgid', '_event', '_linkSource', '_error', 'error'],
  ...['statusCode', 'headers', 'responseUrl', 'redirectList', 'responseCookies', 'retry'],
]);

/** Undefined if it cannot be compared: then no other request is the same. */
export function requestOf(
  node: RuntimeNode,
  input: Message,
  configurationOf: ConfigurationOf,
): Request | undefined {
  const configuration = node.type === 'http request' ? configurationOf(node) : undefined;
  if (configuration === undefined) return inputOf(input);
  const request = httpRequestOf(configuration, input);
  if (request === undefined) return inputOf(input);
  const body = fingerprint(request.body);
  return body === undefined ? undefined : { kind: 'http', key: `${request.method} ${request.url} ${body}` };
}

/**
 * Whether a later request is the same as a failed one. The later message may have additional properties,
 * because a Catch branch may count its attempts.
 */
export function isSameRequest(failed: Request | undefined, later: Request | undefined): boolean {
  if (failed === undefined || later === undefined) return false;
  if (failed.kind === 'http') return later.kind === 'http' && failed.key === later.key;
  if (later.kind === 'http') return false;
  for (const [name, value] of failed.properties) if (later.properties.get(name) !== value) return false;
  return true;
}

function inputOf(input: Message): Request | undefined {
  const properties = new Map<string, string>();
  for (const name of Object.keys(input)) {
    if (BOOK_KEEPING.has(name)) continue;
    const value = fingerprint(name === 'parts' ? withoutId(input[name]) : input[name]);
    if (value === undefined) return undefined;
    properties.set(name, value);
  }
  // Of a message with nothing in it every other one would be the same with something added.
  return properties.size === 0 ? undefined : { kind: 'input', properties };
}

/** `msg.parts.id` is new whenever a message is split. */
function withoutId(parts: unknown): unknown {
  if (typeof parts !== 'object' || parts === null || Array.isArray(parts)) return parts;
  const rest: Record<string, unknown> = { ...parts, id: undefined };
  return 'parts' in rest ? { ...rest, parts: withoutId(rest.parts) } : rest;
}
