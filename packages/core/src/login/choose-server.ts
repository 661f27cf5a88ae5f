import { Fault } from '../fault.ts';
import { parseServerUrl } from '../session/server-url.ts';

/** Who names the server to log in to; the first one that names any is followed. */
export type ServerSource = '--server' | 'SPEC_KITTY_SAAS_URL' | 'config.toml' | 'the last login';

/** What each of them names, if it does; asked only where nobody before it has named any. */
export type NamedServers = Readonly<Record<ServerSource, () => string | undefined>>;

const ORDER: readonly ServerSource[] = ['--server', 'SPEC_KITTY_SAAS_URL', 'config.toml', 'the last login'];

/**
 * Decides where to log in; there is no server that everybody is sent to.
 *
 * @param configFile where a server for every checkout can be written.
 * @throws Fault `SERVER_UNKNOWN`, `SERVER_URL_INVALID`.
 */
export function chooseServer(
  named: NamedServers,
  configFile: string,
): { readonly origin: string; readonly source: ServerSource } {
  for (const source of ORDER) {
    const text = named[source]()?.trim();
    if (text) return { origin: requireOrigin(text, source), source };
  }
  throw new Fault('refused', 'SERVER_UNKNOWN', 'No server to log in to is known.', {
    hints: [
      'Run `spec-kitty auth login --server <url>`, or set SPEC_KITTY_SAAS_URL.',
      `A server for every checkout is \`server_url\` under \`[sync]\` in ${configFile}`,
    ],
  });
}

/** The server that an address names. @throws Fault `SERVER_URL_INVALID`, naming where the address is from. */
export function requireOrigin(text: string, source: ServerSource): string {
  const url = parseServerUrl(text);
  if (url.kind === 'origin') return url.origin;
  throw new Fault(
    'usage',
    'SERVER_URL_INVALID',
    `The address of the server from ${source} cannot be used, since ${url.why}.`,
    { hints: ['Give it as `https://team.example`.'], details: { source } },
  );
}
