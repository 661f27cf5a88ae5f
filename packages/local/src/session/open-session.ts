import os from 'node:os';
import path from 'node:path';
import { parseServerUrl } from '@spec-kitty/core/session/server-url';
import { statSync } from 'node:fs';
import { errorCode } from '../files/disk-fault.ts';
import { readCurrentServer } from './current-server.ts';
import { issuerKey, sessionRoot } from './session-root.ts';

/** Folder of this user's logins, as a process is told of it. */
export function userSessionRoot(env: Readonly<Record<string, string | undefined>>): string {
  return sessionRoot({ platform: process.platform, env, home: env['HOME'] || os.homedir() });
}

/**
 * The server whose login commands use: the one that the environment names if there is a login, else the last one.
 *
 * @returns its origin; `undefined` where nobody has ever logged in here.
 */
export function currentServer(
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const named = parseServerUrl(env['SPEC_KITTY_SAAS_URL'] ?? '');
  if (named.kind === 'origin' && hasStore(root, named.origin)) return named.origin;
  return readCurrentServer(root);
}

function hasStore(root: string, issuer: string): boolean {
  const file = path.join(root, issuerKey(issuer), 'state.json');
  try {
    return statSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    // broad-catch: reports a file system that lets nobody look as a store, whose reader says so
    if (errorCode(error) === undefined) throw error;
    return true;
  }
}
