/** The core `http proxy` configuration of Node-RED. */
export interface ProxySettings {
  url: string;
  /** Hosts that are reached directly, as in NO_PROXY. */
  noProxy?: readonly string[];
  username?: string;
  password?: string;
}

/** What the environment says about proxies, as most programs read it: either case, lower first. */
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy through which an http(s) address is to be reached, with its credentials in the URL; undefined if
 * directly. Without settings, HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY of the environment decide.
 * @throws TypeError when the proxy's address is not a URL
 */
export function proxyFor(
  target: URL,
  settings?: ProxySettings,
  env: Environment = process.env,
): URL | undefined {
  const noProxy = settings === undefined ? splitList(variable(env, 'no_proxy')) : (settings.noProxy ?? []);
  if (noProxy.some((entry) => isExempt(target, entry))) return undefined;
  const address = settings?.url.trim() ?? environmentProxy(target, env);
  if (address === '') return undefined;
  const proxy = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `http://${address}`);
  if (settings?.username) proxy.username = encodeURIComponent(settings.username);
  if (settings?.password) proxy.password = encodeURIComponent(settings.password);
  return proxy;
}

function environmentProxy(target: URL, env: Environment): string {
  return variable(env, `${target.protocol.slice(0, -1)}_proxy`) || variable(env, 'all_proxy');
}

function variable(env: Environment, name: string): string {
  return (env[name] ?? env[name.toUpperCase()] ?? '').trim();
}

function splitList(text: string): string[] {
  return text.split(/[,\s]+/);
}

/**
 * `*` exempts all hosts, `.corp` and `*.corp` all hosts with this ending, and `host` or `host:port` exactly
 * this host.
 */
function isExempt(target: URL, entry: string): boolean {
  const trimmed = entry.trim().toLowerCase();
  if (trimmed === '') return false;
  if (trimmed === '*') return true;
  const [, host = '', port] = /^(.*?)(?::(\d+))?$/.exec(trimmed) ?? [];
  if (port !== undefined && port !== (target.port || defaultPort(target))) return false;
  const suffix = host.replace(/^\*/, '');
  return suffix.startsWith('.') ? target.hostname.endsWith(suffix) : target.hostname === suffix;
}

function defaultPort(target: URL): string {
  return target.protocol === 'https:' ? '443' : '80';
}
