import os from 'node:os';
import path from 'node:path';
import { parseServerUrl } from '@spec-kitty/core/session/server-url';
import { readdirSync, statSync } from 'node:fs';
import { errorCode } from '../files/disk-fault.ts';
import { parseJson } from '@spec-kitty/core/parse-json';
import { isJsonObject } from '@spec-kitty/core/status/rows/json-value';
import { readSecretFile } from './secret-file.ts';
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
  const folders = statSync(root, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(root) : [];
  const issuers = folders.flatMap((folder) => issuerIn(root, folder) ?? []);
  return issuers.length === 1 ? issuers[0] : undefined;
}

/** The server that a session says it is of, if it lies where sessions of that server do. */
function issuerIn(root: string, folder: string): string | undefined {
  const found = readSecretFile(path.join(root, folder, 'session.json'));
  const document = found.kind === 'read' ? parseJson(found.bytes.toString('utf8')) : undefined;
  const issuer = isJsonObject(document) ? document['issuer'] : undefined;
  return typeof issuer === 'string' && issuerKey(issuer) === folder ? issuer : undefined;
}
