/** A program that people may sign in to: it has no secret, so that PKCE and its address stand in for one. */
export interface Client {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
}

/** The only one so far: the command line program of everybody (A§1.1). */
const CLI: Client = { id: 'cli_native', name: 'Spec Kitty on the command line', scopes: ['offline_access'] };

export function findClient(id: string | undefined): Client | undefined {
  return id === CLI.id ? CLI : undefined;
}

/** What is granted of a scope: what is known of it, which may be less than was asked for (RFC 6749 §3.3). */
export function grantedScope({ scopes }: Client, asked: string | undefined): string {
  const known = (asked ?? '').split(' ').filter((scope) => scopes.includes(scope));
  return known.length > 0 ? known.join(' ') : scopes.join(' ');
}

/**
 * Whether a browser may be sent to an address with a code: a port of the machine that it runs on, named by number, so
 * that no name server can lead it elsewhere (RFC 8252 §7.3, §8.3).
 */
export function isLoopbackRedirect(address: string | undefined): address is string {
  return (
    address !== undefined &&
    URL.canParse(address) &&
    /^http:\/\/(?:127\.0\.0\.1|\[::1\]):\d{1,5}\/callback$/.test(address)
  );
}
