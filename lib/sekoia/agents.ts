import http from 'node:http';
import https from 'node:https';
import type { ConnectionOptions } from 'node:tls';

import { HttpProxyAgent, HttpsProxyAgent } from 'hpagent';

import { SekoiaError } from './errors';
import { type ProxySettings, proxyFor } from './proxy';

/** The connection settings for REST and LiveAPI. */
export interface TransportSettings {
  /** CA, client certificate and the like, as the core `tls-config` node adds them. */
  tls?: ConnectionOptions;
  proxy?: ProxySettings;
  /** For a proxy to answer. Default: 15 s */
  proxyTimeoutMs?: number;
}

/** Ends the wait for the proxy of an abandoned request, not earlier than the request itself. */
const PROXY_TIMEOUT_MS = 15_000;

export interface Route {
  agent: http.Agent;
  /** `host:port` of the proxy, if any: connection errors then concern the proxy. */
  proxyHost?: string;
}

/**
 * The agent for an address: direct, or through a proxy with a tunnel, even for plain http.
 * @param url an http(s) or ws(s) address
 * @throws SekoiaError SEKOIA_BAD_INPUT when the proxy's address cannot be understood
 */
export function routeTo(url: string, transport: TransportSettings, keepAlive: boolean): Route {
  const { tls = {}, proxy, proxyTimeoutMs: timeout = PROXY_TIMEOUT_MS } = transport;
  const target = new URL(url.replace(/^ws/, 'http'));
  const secure = target.protocol === 'https:';
  const through = readProxy(target, proxy);
  if (through === undefined)
    return { agent: secure ? new https.Agent({ ...tls, keepAlive }) : new http.Agent({ keepAlive }) };
  // The proxy may have a certificate of the same private CA; its types name less than it takes.
  const proxyRequestOptions: object = tls;
  return {
    agent: secure
      ? new HttpsProxyAgent({ ...tls, keepAlive, timeout, proxy: through, proxyRequestOptions })
      : new HttpProxyAgent({ keepAlive, timeout, proxy: through, proxyRequestOptions }),
    proxyHost: through.host,
  };
}

function readProxy(target: URL, settings: ProxySettings | undefined): URL | undefined {
  try {
    const proxy = proxyFor(target, settings);
    if (proxy === undefined || proxy.protocol === 'http:' || proxy.protocol === 'https:') return proxy;
  } catch {
    // Reported below without the address, which may contain a password.
  }
  throw new SekoiaError(
    'SEKOIA_BAD_INPUT',
    'The address of the proxy is not a web address: enter it as http://host:port',
  );
}
