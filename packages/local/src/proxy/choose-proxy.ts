import { BlockList, isIP } from 'node:net';
import { isLoopback } from '@spec-kitty/core/session/server-url';

type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy that a request goes through: `undefined` is none, and `unusable` one that was named and is no address of a proxy. */
export type ProxyChoice = URL | 'unusable' | undefined;

/**
 * Chooses the proxy for a server by `HTTPS_PROXY` and `NO_PROXY`, as curl reads them; the names in small letters go first.
 * What stays on this machine goes through none, whatever they say.
 */
export function chooseProxy(target: URL, env: Environment): ProxyChoice {
  const named = env['https_proxy'] || env['HTTPS_PROXY'] || '';
  if (target.protocol !== 'https:' || named === '' || isLoopback(target.hostname)) return undefined;
  const host = bare(target.hostname);
  const exempt = (env['no_proxy'] || env['NO_PROXY'] || '').split(/[\s,]+/);
  if (exempt.some((entry) => entry !== '' && covers(entry, host, target.port || '443'))) return undefined;
  return proxyAt(named.includes('://') ? named : `http://${named}`);
}

function proxyAt(address: string): URL | 'unusable' {
  const proxy = URL.canParse(address) ? new URL(address) : undefined;
  return proxy && /^https?:$/.test(proxy.protocol) && proxy.hostname !== '' ? proxy : 'unusable';
}

/** The host of a server without the brackets of an IPv6 address. */
export function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/** Whether an entry of `NO_PROXY` is about a server: `*`, a name with all below it, an address or a block of them. */
function covers(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  const [, name = '', only = port] =
    /^(.*?)(?::(\d+))?$/.exec(isIP(entry) === 6 ? `[${entry}]` : entry) ?? [];
  if (only !== port) return false;
  const [start = '', bits] = bare(name).split('/');
  if (bits !== undefined) return isInBlock(host, start, Number(bits));
  if (isIP(host) !== 0) return host === start;
  const suffix = start.toLowerCase().replace(/^\*?\./, '');
  return host === suffix || host.endsWith(`.${suffix}`);
}

function isInBlock(host: string, start: string, bits: number): boolean {
  const kind = isIP(start);
  const longest = kind === 6 ? 128 : 32;
  if (kind === 0 || isIP(host) !== kind || !(Number.isInteger(bits) && bits >= 0 && bits <= longest))
    return false;
  const family = kind === 6 ? 'ipv6' : 'ipv4';
  const block = new BlockList();
  block.addSubnet(start, bits, family);
  return block.check(host, family);
}
