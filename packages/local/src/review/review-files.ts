import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import { isGuarded, isProductSource, isSource } from '@spec-kitty/core/guard/guard-scope';
import { shellWord } from '@spec-kitty/core/shell-word';
import { containedPath } from '../files/contained-path.ts';
import { decodeText } from '../files/decode-text.ts';
import { readPlainFile } from '../files/plain-file.ts';
import { Git } from '../git/git.ts';

/** Where somebody stands, and in which checkout. */
interface Place {
  /** Absolute and resolved. */
  readonly root: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Source files of a checkout by their paths relative to it, sorted: what is guarded, or what the paths name. Files that
 * Git ignores count only where they are named themselves.
 *
 * @throws Fault `FILE_NOT_FOUND`, `PATH_OUTSIDE_REPOSITORY`, or `NO_SOURCE_TO_REVIEW` where there is nothing to examine.
 */
export async function reviewFiles(place: Place, named: readonly string[]): Promise<readonly string[]> {
  const listed = await new Git(place.root, place.env).records([
    'ls-files',
    '-z',
    '--cached',
    '--others',
    '--exclude-standard',
  ]);
  const chosen =
    named.length === 0 ? listed.filter(isGuarded) : named.flatMap((one) => filesOf(place, one, listed));
  if (chosen.length === 0)
    throw new Fault('refused', 'NO_SOURCE_TO_REVIEW', 'Nothing is guarded here, so nothing was examined.', {
      hints: ['`spec-kitty review guard .` examines all source text below this folder.'],
    });
  return [...new Set(chosen)].toSorted();
}

/** Text of a file that {@link reviewFiles} names; `undefined` when there is none any more. */
export function reviewText(root: string, file: string): string | undefined {
  const read = readPlainFile(containedPath(root, file), file);
  return read && decodeText(read.bytes, file);
}

function filesOf({ root, cwd }: Place, named: string, listed: readonly string[]): readonly string[] {
  const name = path.relative(root, path.resolve(realpathSync(cwd), named)).replaceAll(path.sep, '/');
  const facts = statSync(containedPath(root, name), { throwIfNoEntry: false });
  if (!facts)
    throw new Fault('refused', 'FILE_NOT_FOUND', `There is no file or folder to review: ${named}`, {
      hints: ['Name files and folders relative to where you are, or none for what is guarded anyway.'],
      details: { path: named },
    });
  if (facts.isFile() && isSource(name)) return [name];
  const below = listed.filter(
    (file) => (name === '' || file.startsWith(`${name}/`)) && isProductSource(file),
  );
  if (below.length > 0) return below;
  throw new Fault('refused', 'NO_SOURCE_TO_REVIEW', `There is no source text of the product in ${named}`, {
    hints: [
      `See what is there: \`git ls-files ${shellWord(named)}\`. Tests count only where they are named.`,
    ],
    details: { path: named },
  });
}
