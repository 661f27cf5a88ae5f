import { lstatSync } from 'node:fs';
import path from 'node:path';
import { blockedSettings } from '@spec-kitty/core/auth-doctor/blocked-settings';
import type { RepositoryEnv } from '@spec-kitty/core/auth-doctor/doctor-facts';
import { readText } from '../files/plain-file.ts';

const NAME = path.join('.kittify', '.kitty.env');

/** The environment file of the repository around a folder, which no command applies; `null` where there is none to read. */
export function readRepositoryEnv(cwd: string, home: string | undefined): RepositoryEnv | null {
  for (let at = path.resolve(cwd); ; at = path.dirname(at)) {
    // A person's own folder is no repository.
    if (at === home) return null;
    const file = path.join(at, NAME);
    const text = contentOf(file);
    if (text !== undefined) return { path: file, blocked: blockedSettings(text) };
    if (exists(path.join(at, '.git')) || path.dirname(at) === at) return null;
  }
}

function contentOf(file: string): string | undefined {
  try {
    return readText(file);
  } catch (error) {
    // broad-catch: reports a file that cannot be read as none: the predecessor could not apply it either
    if (error instanceof Error) return undefined;
    throw error;
  }
}

function exists(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}
