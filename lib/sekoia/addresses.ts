import { SekoiaError } from './errors';

/**
 * The addresses of the platform. The base address determines all four; each can also be set.
 *
 * Public sources: the region table of the Sekoia.io documentation (Getting started › Regions), its API quick
 * start, and the HTTPS intake page. The documentation spells the API base in several ways
 * (`https://api.sekoia.io`, `https://app.fra2.sekoia.io/api`); `<host>/api/v1/…` is the form that Sekoia's own
 * clients call on either kind of host.
 */
export interface Addresses {
  /** REST base without a trailing slash, e.g. `https://api.sekoia.io/api/v1`. */
  readonly api: string;
  /** LiveAPI WebSocket, e.g. `wss://app.sekoia.io/live/`. */
  readonly live: string;
  /** Web application without a trailing slash, e.g. `https://app.sekoia.io`. */
  readonly app: string;
  /** HTTP intake without a trailing slash, e.g. `https://intake.sekoia.io`. */
  readonly intake: string;
}

export interface AddressSettings {
  baseUrl: string;
  liveUrl?: string;
  appUrl?: string;
  intakeUrl?: string;
}

export interface Region {
  readonly id: string;
  /** The API base that the documentation gives for the region. */
  readonly baseUrl: string;
}

export const REGIONS: readonly Region[] = [
  { id: 'FRA1', baseUrl: 'https://api.sekoia.io' },
  { id: 'FRA2', baseUrl: 'https://app.fra2.sekoia.io/api' },
  { id: 'MCO1', baseUrl: 'https://app.mco1.sekoia.io/api' },
  { id: 'UAE1', baseUrl: 'https://app.uae1.sekoia.io/api' },
  // The documentation gives USA1 both as api.usa1 and as app.usa1…/api; the latter host is the web
  // application's own and so is sure to exist.
  { id: 'USA1', baseUrl: 'https://app.usa1.sekoia.io/api' },
  { id: 'SGP1', baseUrl: 'https://api.sgp1.sekoia.io' },
];

/** The regions whose intake has no path. The documentation gives all others `/api/v1/intake-http`. */
const BARE_INTAKE_REGIONS = new Set(['', 'sgp1']);

const SEKOIA_HOST = /^(api|app|intake|live)\.(?:([a-z0-9-]+)\.)?sekoia\.io$/;

/**
 * All addresses of the platform, from any form of the base address.
 * @throws SekoiaError SEKOIA_BAD_INPUT if an address is not valid
 */
export function deriveAddresses(settings: AddressSettings): Addresses {
  const base = readUrl(settings.baseUrl, 'base URL');
  const derived = deriveFromBase(base);
  return {
    api: derived.api,
    live: settings.liveUrl?.trim() ? liveAddress(settings.liveUrl) : derived.live,
    app: settings.appUrl?.trim() ? appAddress(settings.appUrl) : derived.app,
    intake: settings.intakeUrl?.trim() ? trimmed(readUrl(settings.intakeUrl, 'intake URL')) : derived.intake,
  };
}

/** The page of an alert in the web application. */
export function alertPage(addresses: Addresses, shortId: string): string {
  return `${addresses.app}/operations/alerts/${encodeURIComponent(shortId)}`;
}

function deriveFromBase(base: URL): Addresses {
  const host = SEKOIA_HOST.exec(base.hostname);
  if (host === null) {
    const root = `${base.protocol}//${base.host}${prefixOf(base.pathname)}`;
    return {
      api: `${root}/api/v1`,
      live: `${root.replace(/^http/, 'ws')}/live/`,
      app: root,
      intake: `${root}/api/v1/intake-http`,
    };
  }
  const [, kind = 'api', region = ''] = host;
  const port = base.port === '' ? '' : `:${base.port}`;
  const at = (name: string): string => `${name}.${region === '' ? '' : `${region}.`}sekoia.io${port}`;
  const apiHost = kind === 'api' || kind === 'app' ? kind : region === '' ? 'api' : 'app';
  return {
    api: `https://${at(apiHost)}/api/v1`,
    live: `wss://${at('app')}/live/`,
    app: `https://${at('app')}`,
    intake: `https://${at('intake')}${BARE_INTAKE_REGIONS.has(region) ? '' : '/api/v1/intake-http'}`,
  };
}

/**
 * What stands before `/api`, `/v1` or the web application's `/operations` on a host of the user's own, e.g. a
 * reverse proxy's `/sekoia`.
 */
function prefixOf(pathname: string): string {
  const segments = pathname.split('/').filter((segment) => segment !== '');
  const end = segments.findIndex((segment) => /^(?:api|v1|operations)$/i.test(segment));
  const kept = end === -1 ? segments : segments.slice(0, end);
  return kept.map((segment) => `/${segment}`).join('');
}

function liveAddress(text: string): string {
  const url = readUrl(text, 'LiveAPI URL');
  const path = /^\/*(?:live\/*)?$/.test(url.pathname) ? '/live/' : url.pathname;
  return `${url.protocol === 'https:' ? 'wss' : 'ws'}://${url.host}${path}`;
}

function appAddress(text: string): string {
  const url = readUrl(text, 'app URL');
  url.pathname = url.pathname.replace(/\/operations(?:\/.*)?$/, '');
  return trimmed(url);
}

function trimmed(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`;
}

/** Reads an http(s) or ws(s) address, as http(s); that of a host of Sekoia as https. */
function readUrl(text: string, what: string): URL {
  const given = text.trim();
  // Node-RED leaves a ${NAME} that the environment lacks as it is.
  if (given.includes('${')) throw badAddress(what, 'names an environment variable that is not set');
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `https://${given}`;
  let url: URL;
  try {
    url = new URL(withScheme.replace(/^ws(s?):/i, 'http$1:'));
  } catch {
    throw badAddress(what, 'is not a web address');
  }
  // A browser accepts spaces in a host, but Node.js does not.
  if (url.hostname.includes('%')) throw badAddress(what, 'is not a web address');
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw badAddress(what, 'must start with https://');
  // The message does not repeat the text, because it may contain a password.
  if (url.username !== '' || url.password !== '')
    throw badAddress(what, 'must not contain a user name or password');
  // `api.sekoia.io.` is the same host, written as a fully qualified name.
  url.hostname = url.hostname.replace(/\.+$/, '');
  // Otherwise, the key would travel unencrypted. Sekoia's hosts support https.
  if (SEKOIA_HOST.test(url.hostname)) url.protocol = 'https:';
  return url;
}

function badAddress(what: string, why: string): SekoiaError {
  return new SekoiaError(
    'SEKOIA_BAD_INPUT',
    `The ${what} ${why}: choose a region in the Sekoia configuration, or enter an address such as https://api.sekoia.io`,
  );
}
