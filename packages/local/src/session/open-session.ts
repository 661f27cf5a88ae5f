import os from 'node:os';
import path from 'node:path';
import { parseServerUrl } from '@spec-kitty/core/session/server-url';
import { readdirSync, statSync } from 'node:fs';
import { errorCode } from '../files/disk-fault.ts';
import { parseJson } from '@spec-kitty/core/parse-json';
import { isJsonObject } from '@spec-kitty/core/status/rows/json-value';
import { folderFault, readSecretFile } from './secret-file.ts';
import { readExposed } from './salvage-tokens.ts';
import { readCurrentServer } from './current-server.ts';
import { issuerKey, sessionRoot } from './session-root.ts';

/** Folder of this user's logins, as a process is told of it. */
export function userSessionRoot(env: Readonly<Record<string, string | undefined>>): string {
  return sessionRoot({ platform: process.platform, env, home: env['HOME'] || os.homedir() });
}

/**
 * The server whose login commands use: the one that the environment names if there is a login, else the last one; where
 * nobody knows any more which was the last, the only one that there is.
 *
 * @returns its origin; `undefined` where nobody has ever logged in here.
 */
export function currentServer(
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const named = parseServerUrl(env['SPEC_KITTY_SAAS_URL'] ?? '');
  if (named.kind === 'origin' && hasLogin(root, named.origin)) return named.origin;
  return lastServer(root);
}

/** The server that was logged in to last; where nobody knows any more, the only one that there is a session of. */
export function lastServer(root: string): string | undefined {
  return readCurrentServer(root) ?? onlyServer(root);
}

function hasLogin(root: string, issuer: string): boolean {
  const file = path.join(root, issuerKey(issuer), 'session.json');
  try {
    return statSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    // broad-catch: reports a file system that lets nobody look as a store, whose reader says so
    if (errorCode(error) === undefined) throw error;
    return true;
  }
}

function onlyServer(root: string): string | undefined {
  const issuers = serversOf(root, (file) => {
    const found = readSecretFile(file);
    return found.kind === 'read' ? found.bytes : undefined;
  });
  return issuers.length === 1 ? issuers[0] : undefined;
}

/** Every other server that there is a session of, also one that is not trusted any more; to be named, not to be used. */
export function otherServers(root: string, issuer: string | undefined): readonly string[] {
  return serversOf(root, readExposed).filter((server) => server !== issuer);
}

function serversOf(root: string, read: (file: string) => Buffer | undefined): readonly string[] {
  // What keeps the folder from being looked into is told by whoever reads it.
  if (folderFault(root)?.kind === 'unreadable' || !statSync(root, { throwIfNoEntry: false })?.isDirectory())
    return [];
  const folders = readdirSync(root);
  return folders.flatMap((folder) => {
    const bytes = read(path.join(root, folder, 'session.json'));
    const document = bytes && parseJson(bytes.toString('utf8'));
    const issuer = isJsonObject(document) ? document['issuer'] : undefined;
    // What a session says is believed if it lies where sessions of that server do.
    return typeof issuer === 'string' && issuerKey(issuer) === folder ? issuer : [];
  });
}
