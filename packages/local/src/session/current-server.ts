import { rmSync } from 'node:fs';
import path from 'node:path';
import { parseJson } from '@spec-kitty/core/parse-json';
import type { StoreFault } from '@spec-kitty/core/session/stored-session';
import { isJsonObject } from '@spec-kitty/core/status/rows/json-value';
import { makeFolder } from '../files/sync-folder.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import { readSecretFile } from './secret-file.ts';

/** The server that was logged in to last; `undefined` where there was none, or where others could have written it. */
export function readCurrentServer(root: string): string | undefined {
  const found = readSecretFile(fileIn(root));
  if (found.kind !== 'read') return undefined;
  const document = parseJson(found.bytes.toString('utf8'));
  const issuer = isJsonObject(document) ? document['issuer'] : undefined;
  return isOrigin(issuer) ? issuer : undefined;
}

/** What is wrong with the file that names the last server; `undefined` for nothing. */
export function currentServerFault(root: string): StoreFault | undefined {
  const found = readSecretFile(fileIn(root));
  if (found.kind !== 'read') return found.kind === 'absent' ? undefined : found;
  if (readCurrentServer(root) !== undefined) return undefined;
  const isJson = parseJson(found.bytes.toString('utf8')) !== undefined;
  return { kind: 'corrupt', why: isJson ? 'schema' : 'json', path: fileIn(root) };
}

/** Remembers the server of a login, for commands that are told none; something else in its place is taken away. */
export function writeCurrentServer(root: string, issuer: string): void {
  makeFolder(root, 0o700);
  const document = { schema_version: 1, issuer };
  const found = readSecretFile(fileIn(root)).kind;
  if (found !== 'read' && found !== 'absent') rmSync(fileIn(root), { force: true, recursive: true });
  writeAtomically(fileIn(root), `${JSON.stringify(document)}\n`, { mode: 0o600, skipEqual: true });
}

function fileIn(root: string): string {
  return path.join(root, 'server.json');
}

function isOrigin(issuer: unknown): issuer is string {
  return typeof issuer === 'string' && URL.canParse(issuer) && new URL(issuer).origin === issuer;
}
