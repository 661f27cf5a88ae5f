import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import { parse, TomlError } from 'smol-toml';
import { readText } from '../files/plain-file.ts';

/**
 * The server that a user's own `config.toml` names under `[sync]`, which the predecessor reads too; only read here.
 *
 * @param root folder of this user's logins; the file is beside it.
 * @throws Fault `CONFIG_TOML_INVALID` with its line.
 */
export function readConfiguredServer(root: string): string | undefined {
  const file = path.join(path.dirname(root), 'config.toml');
  const text = readText(file);
  if (text === undefined) return undefined;
  const { sync = {} } = parseToml(text, file) as { readonly sync?: unknown };
  const server =
    sync !== null && typeof sync === 'object' && 'server_url' in sync ? sync.server_url : undefined;
  if (server === undefined || typeof server === 'string') return server;
  throw invalid(file, 'server_url under [sync] is no text');
}

function parseToml(text: string, file: string): object {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof TomlError) throw invalid(`${file}:${error.line}`, 'it is no TOML', error);
    throw error;
  }
}

function invalid(place: string, why: string, cause?: unknown): Fault {
  return new Fault('refused', 'CONFIG_TOML_INVALID', `config.toml cannot be used, since ${why}: ${place}`, {
    hints: ['Correct the file, or name the server by `spec-kitty auth login --server <url>`.'],
    details: { path: place },
    ...(cause !== undefined && { cause }),
  });
}
