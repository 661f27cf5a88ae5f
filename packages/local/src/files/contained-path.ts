import { type Stats, lstatSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import { errorCode } from './disk-fault.ts';

/**
 * Resolves a path that a file of the repository names, and makes sure that it stays inside.
 *
 * Every link on the way is followed; what does not exist yet is fine. `.git` is not part of the content.
 *
 * @param root absolute path of the repository or worktree.
 * @throws Fault `PATH_OUTSIDE_REPOSITORY`.
 */
export function containedPath(root: string, named: string): string {
  const lexical = lexicalReason(named);
  if (lexical !== undefined)
    throw outside(named, lexical, 'Use a path relative to the root of the repository, that stays inside it.');
  const link = linkReason(realpathSync(root), segments(named));
  if (link === undefined) return path.join(root, ...segments(named));
  throw outside(named, link, 'Replace the link by what it leads to.');
}

function outside(named: string, reason: string, hint: string): Fault {
  return new Fault('refused', 'PATH_OUTSIDE_REPOSITORY', `A path ${reason}: ${JSON.stringify(named)}`, {
    hints: [hint],
    details: { path: named },
  });
}

/** Why a path is refused by its text alone, by the rules of all platforms at once; `undefined` if it is not. */
export function lexicalReason(named: string): string | undefined {
  if (named.includes('\0')) return 'contains a NUL character';
  if (/^[/\\]/.test(named) || /^[a-z]:/i.test(named)) return 'is absolute';
  const parts = named.split(/[/\\]/);
  if (parts.includes('..')) return 'leads upwards';
  // Windows and macOS ignore case, and Windows trailing dots and spaces, when they look for `.git`.
  if (parts.some((part) => /^(?:\.git|git~1)[. ]*$/i.test(part))) return 'leads into the Git directory';
  return undefined;
}

function segments(named: string): readonly string[] {
  return named.split('/').filter((part) => part !== '' && part !== '.');
}

function linkReason(realRoot: string, parts: readonly string[]): string | undefined {
  let at = realRoot;
  for (const part of parts) {
    const next = path.join(at, part);
    const found = look(next);
    if (!found) return undefined;
    at = found.isSymbolicLink() ? realTarget(next) : next;
    if (at !== realRoot && !at.startsWith(realRoot.endsWith(path.sep) ? realRoot : realRoot + path.sep)) {
      return 'leads out of the repository through a link';
    }
    if (
      path
        .relative(realRoot, at)
        .split(path.sep)
        .some((name) => name.toLowerCase() === '.git')
    ) {
      return 'leads into the Git directory through a link';
    }
  }
  return undefined;
}

/** Nothing lies below a plain file, which the system reports as an error of its own. */
function look(file: string): Stats | undefined {
  try {
    return lstatSync(file);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}

/** A dangling link could be completed to lead anywhere, so it counts as leading out. */
function realTarget(link: string): string {
  try {
    return realpathSync(link);
  } catch {
    // Dangling, a loop, or not readable: in each case the end is unknown.
    return path.parse(link).root;
  }
}
