import { statSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import { chooseServer, type NamedServers } from '@spec-kitty/core/login/choose-server';
import { type ConfigExposure, exposureFault, writableByOthers } from '@spec-kitty/core/login/config-exposure';
import { storeFault } from '@spec-kitty/core/session/store-fault';
import { parse, TomlError } from 'smol-toml';
import { errorCode } from '../files/disk-fault.ts';
import { readText } from '../files/plain-file.ts';
import { lastServer } from './open-session.ts';
import { folderFault } from './secret-file.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Who names a server to log in to. @param given the value of `--server`. */
export function namedServers(root: string, env: Environment, given?: string): NamedServers {
  return {
    '--server': () => given,
    SPEC_KITTY_SAAS_URL: () => env['SPEC_KITTY_SAAS_URL'],
    'config.toml': () => readConfiguredServer(root),
    'the last login': () => lastServerIn(root),
  };
}

/** The server that a login goes to where it is told none; `undefined` where it would be refused. */
export function loginServer(root: string, env: Environment): string | undefined {
  try {
    return chooseServer(namedServers(root, env), configFile(root)).origin;
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

/** @throws Fault `SESSION_UNUSABLE` for a folder that its own user may not look into. */
function lastServerIn(root: string): string | undefined {
  const fault = folderFault(root);
  if (fault?.kind === 'unreadable') throw storeFault(fault, root);
  return lastServer(root);
}

/** Refuses a folder of Spec Kitty that others may change. @throws Fault `CONFIG_EXPOSED`. */
export function requireOwnFolder(root: string): void {
  const exposure = exposureOf(path.dirname(root), true);
  if (exposure) throw exposureFault(exposure);
}

/** How somebody else could choose the server of a login: by the folder of Spec Kitty, or by the configuration in it. */
export function configExposure(root: string): ConfigExposure | undefined {
  // broad-catch: downgrades a folder that cannot be looked at to none, since the file in it is looked at next
  return exposureOf(path.dirname(root), true) ?? exposureOf(configFile(root), false);
}

/** The user's own configuration, beside the folder of logins. */
export function configFile(root: string): string {
  return path.join(path.dirname(root), 'config.toml');
}

/** By whatever way it is reached: a link in a folder that others may not change is the user's own. */
function exposureOf(file: string, isFolder: boolean): ConfigExposure | undefined {
  try {
    const facts = statSync(file, { throwIfNoEntry: false });
    const why = facts && writableByOthers(facts, process.geteuid?.());
    return why && { why, path: file, isFolder };
  } catch (error) {
    // broad-catch: downgrades what the file system does not show to nothing seen: whoever reads it gets its refusal and reports it
    if (errorCode(error) === undefined) throw error;
    return undefined;
  }
}

/**
 * The server that a user's own `config.toml` names under `[sync]`, which the predecessor reads too; only read here.
 *
 * @param root folder of this user's logins; the file is beside it.
 * @throws Fault `CONFIG_TOML_INVALID` with its line; `CONFIG_EXPOSED` where another user may have written it.
 */
export function readConfiguredServer(root: string): string | undefined {
  const exposure = configExposure(root);
  if (exposure) throw exposureFault(exposure);
  const file = configFile(root);
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
