import path from 'node:path';

/** Where a PostgreSQL listens: on a socket in a folder, or on a port of this machine. */
export type PostgresAddress =
  | { readonly kind: 'socket'; readonly folder: string }
  | { readonly kind: 'port'; readonly port: number };

/** The shortest limit among the systems that have such sockets (macOS), less the name of the socket itself. */
const LONGEST_SOCKET_FOLDER = 103 - '/.s.PGSQL.5432'.length;

/** A socket wherever there are some, and its path is not too long for one. */
export function postgresAddress(platform: string, folder: string, freePort: number): PostgresAddress {
  const run = path.join(folder, 'run');
  return platform === 'win32' || Buffer.byteLength(run) > LONGEST_SOCKET_FOLDER
    ? { kind: 'port', port: freePort }
    : { kind: 'socket', folder: run };
}

/** Settings of the server for it to listen there, and nowhere else. */
export function listeningSettings(address: PostgresAddress): Readonly<Record<string, string>> {
  return address.kind === 'socket'
    ? { listen_addresses: '', unix_socket_directories: quoted(address.folder) }
    : { listen_addresses: '127.0.0.1', unix_socket_directories: '', port: String(address.port) };
}

/** The setting is a list: a comma in the name of the folder would make two of it. */
function quoted(folder: string): string {
  return `"${folder.replaceAll('"', '""')}"`;
}
