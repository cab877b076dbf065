import { type NetworkReason, SekoiaError } from './errors';
import { describe, systemCode } from '../util/error-text';

/**
 * The error of a request without an answer. The cause is not the error object of the HTTP library, because it
 * contains the Authorization header.
 * @param proxyHost the proxy, if any: then the proxy was not reached
 */
export function errorFromNetwork(error: unknown, host: string, proxyHost?: string): SekoiaError {
  const code = systemCode(error);
  const reached = proxyHost === undefined ? host : `The proxy ${proxyHost}`;
  const say = (reason: NetworkReason, text: string): SekoiaError =>
    new SekoiaError('SEKOIA_UNAVAILABLE', text, { reason, cause: error });

  const refusal = proxyHost === undefined ? undefined : PROXY_REFUSAL.exec(describe(error))?.[1];
  if (refusal !== undefined)
    return say(
      'proxy-refused',
      `The proxy ${proxyHost ?? ''} refused to connect to ${host} (${refusal}): ${refusal === '407' ? 'check its user name and password' : 'it must allow this host'}`,
    );
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return say(
        'host-not-found',
        `${proxyHost === undefined ? `The host ${host}` : reached} was not found: check the base URL, the DNS, and the proxy settings`,
      );
    case 'ECONNREFUSED':
      return say(
        'unreachable',
        `${reached} refused the connection: check the base URL, the firewall, and the proxy settings`,
      );
    case 'ETIMEDOUT':
    case 'ECONNABORTED':
    case 'ERR_CANCELED':
      return new SekoiaError('SEKOIA_TIMEOUT', `${reached} did not answer in time`, {
        cause: error,
      });
    default:
      if (CERTIFICATE_CODES.test(code))
        return say(
          'certificate',
          `The certificate of ${host} is not trusted (${code}): add your CA in a TLS configuration of the Sekoia configuration`,
        );
      return say('unreachable', `The connection to ${proxyHost ?? host} failed: ${describe(error)}`);
  }
}

const CERTIFICATE_CODES =
  /^(?:CERT_|ERR_TLS_CERT|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY_LEAF)|HOSTNAME_MISMATCH)/;

/** What hpagent says when a proxy answers anything but 200. */
const PROXY_REFUSAL = /^Bad response: (\d+)$/;
