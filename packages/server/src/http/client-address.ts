import { isIP } from 'node:net';

/**
 * The address that a request comes from: the one that connects to us, or what the outermost proxy of ours says.
 *
 * What stands further left in the header anybody may have written.
 */
export function clientAddress(
  { proxies }: { readonly proxies: number },
  peer: string | undefined,
  forwarded: string | undefined,
): string {
  const direct = peer ?? 'unknown';
  if (proxies === 0 || forwarded === undefined) return direct;
  const hops = forwarded.split(',').map((hop) => hop.trim());
  const said = hops.at(-proxies) ?? hops[0] ?? '';
  return isIP(said) === 0 ? direct : said;
}
