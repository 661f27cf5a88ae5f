/** What an address comes to: an origin that tokens may be sent to, or why it is none. */
export type ServerUrl =
  | { readonly kind: 'origin'; readonly origin: string }
  | { readonly kind: 'refused'; readonly why: string };

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|\[::1\]|localhost)$/;

/**
 * Reads the address of a server. Tokens go over TLS, or stay on this machine; a path would be lost, as the issuer of a
 * session is an origin.
 */
export function parseServerUrl(text: string): ServerUrl {
  const url = parse(text);
  if (!url || !/^https?:$/.test(url.protocol))
    return refused('it is no address that begins with https:// (or with http:// on this machine)');
  if (url.username !== '' || url.password !== '') return refused('it has a user or a password in it');
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    return refused(`it has more than the server in it; ${url.origin} would do`);
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    return refused('tokens are sent by https alone, except to this machine');
  return { kind: 'origin', origin: url.origin };
}

/** Whether a server is on this machine. @param hostname as in an address, an IPv6 one in brackets. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}

function parse(text: string): URL | undefined {
  return URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
}

function refused(why: string): ServerUrl {
  return { kind: 'refused', why };
}
