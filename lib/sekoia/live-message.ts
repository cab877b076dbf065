import { isAlertId } from './alert';
import { epochSeconds, isRecord, part, text } from '../util/json';

/** The notice of a new alert. It may contain more; only these fields are used. */
export interface AlertNotice {
  uuid: string;
  shortId: string | null;
  /** Epoch seconds; the notice's own time if it does not hold the alert's. */
  createdAt: number | null;
}

export type LiveMessage =
  /** The server's first message. */
  | { kind: 'authenticated'; ok: boolean }
  | { kind: 'alert-created'; notice: AlertNotice }
  /** Anything else that is well formed: other types and actions, version 1. */
  | { kind: 'other' }
  | { kind: 'malformed' };

/** The version of the messages that this package reads; the platform also sends each in version 1. */
const VERSION = 2;

/**
 * Parses one LiveAPI message. Never throws: an unreadable message is `malformed`.
 *
 * Public source of the shapes: Sekoia's automation library (triggers of the Sekoia.io module) and the
 * documentation's page on webhook notifications.
 */
export function parseLiveMessage(data: string): LiveMessage {
  let message: unknown;
  try {
    message = JSON.parse(data) as unknown;
  } catch {
    return { kind: 'malformed' };
  }
  if (!isRecord(message)) return { kind: 'malformed' };
  if ('authenticated' in message) return { kind: 'authenticated', ok: Boolean(message.authenticated) };
  const metadata = part(message.metadata);
  // Lenient: a version written as text is the same version.
  if (metadata.version !== VERSION && metadata.version !== String(VERSION)) return { kind: 'other' };
  if (message.type !== 'alert' || message.action !== 'created') return { kind: 'other' };
  const attributes = part(message.attributes);
  const uuid = text(attributes.uuid);
  if (uuid === null || !isAlertId(uuid)) return { kind: 'malformed' };
  return {
    kind: 'alert-created',
    notice: {
      uuid,
      shortId: text(attributes.short_id),
      createdAt: epochSeconds(attributes.created_at) ?? epochSeconds(metadata.created_at),
    },
  };
}
