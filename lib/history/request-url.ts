import { propertyName } from './credentials';

/** Stands in place of what may be a credential. */
const REMOVED = '<removed>';

/** More names of parameters that hold credentials than headers have: of signed URLs and function keys. */
const MORE_NAMES = /^(?:sig|sign|hmac|sas|code|pwd|pw|pass|jwt|bearer)$/i;

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** The rest of a longer URL is shown nowhere. */
const MAX_LENGTH = 4_000;

/** Scheme, host with user and port, and path; the scheme may be left out. */
const PLACE = /^((?:[a-z][a-z\d+.-]*:)?\/\/)?([^/]*)(.*)$/is;

/**
 * The URL of a request, without what may be a credential: the user and password, the values of parameters whose names
 * say so, and parts of the path that look like a token, as in the URL of a webhook. What follows `#` is never sent.
 */
export function withoutCredentials(url: string): string {
  const [address = ''] = url.slice(0, MAX_LENGTH).split('#', 1);
  const queryAt = address.indexOf('?');
  const place = queryAt === -1 ? address : address.slice(0, queryAt);
  const query = queryAt === -1 ? '' : `?${withoutSecretParameters(address.slice(queryAt + 1))}`;
  const [, scheme = '', host = '', path = ''] = PLACE.exec(place) ?? [];
  const withoutUser = host.slice(host.lastIndexOf('@') + 1);
  return scheme + withoutUser + path.split('/').map(withoutToken).join('/') + query;
}

function withoutSecretParameters(query: string): string {
  return query
    .split('&')
    .map((parameter) => {
      const valueAt = parameter.indexOf('=');
      if (valueAt === -1) return withoutToken(parameter);
      const name = parameter.slice(0, valueAt);
      return namesCredential(name) ? `${name}=${REMOVED}` : parameter;
    })
    .join('&');
}

/** The wide rule, as for headers: the URL of a tool holds none of an alert's own data. */
function namesCredential(name: string): boolean {
  const plain = decoded(name);
  return MORE_NAMES.test(plain) || propertyName(plain).isCredentialHeader;
}

/** An identifier in the path is worth seeing, a token is not. */
function withoutToken(part: string): string {
  const text = decoded(part);
  return looksLikeToken(text) ? REMOVED : part;
}

function looksLikeToken(text: string): boolean {
  if (UUID.test(text)) return false;
  // `bot<id>:<token>` of Telegram.
  if (/\d:[\w-]{20,}$/.test(text)) return true;
  if (/^[0-9a-f]{32,}$/i.test(text)) return true;
  return /^[\w~.+=-]{20,}$/.test(text) && /\d/.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
