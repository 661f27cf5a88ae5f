import { readdirSync } from 'node:fs';
import path from 'node:path';
import { errorCode } from './disk-fault.ts';
import { placeOf } from './place-of.ts';

/** Names that no disk takes for another one, but for the case of their letters. */
const PLAIN = /^[\w.-]*[\w-]$/;

/** For fewer paths in one folder it is not listed, as it may have many more files than are asked for. */
const MANY = 8;

/**
 * Says of paths of a checkout that nothing is there, by one look at each folder; of thousands of new files that is much less
 * than a look at each. `false` means that it is not known: some disks find a file by more names than the one that it has.
 *
 * What is where one of a path's folders must be is not looked at.
 */
export function knownAbsent(root: string): (file: string) => boolean {
  const asked = new Map<string, number>();
  const known = new Map<string, ReadonlySet<string> | undefined>();
  return (file) => {
    const [folder, name] = [path.posix.dirname(file), path.posix.basename(file)];
    const times = (asked.get(folder) ?? 0) + 1;
    asked.set(folder, times);
    if (times < MANY || !PLAIN.test(name)) return false;
    if (!known.has(folder)) known.set(folder, namesIn(root, folder));
    return known.get(folder)?.has(name.toLowerCase()) === false;
  };
}

/** Names in a folder, in small letters; `undefined` where one of them may have a plain name besides. */
function namesIn(root: string, folder: string): ReadonlySet<string> | undefined {
  try {
    const names = readdirSync(placeOf(root, folder), 'latin1');
    return names.every((name) => /^[ -~]+$/.test(name))
      ? new Set(names.map((name) => name.toLowerCase()))
      : undefined;
  } catch (error) {
    // Whatever else keeps it from being listed is for the look at the path itself.
    return errorCode(error) === 'ENOENT' ? new Set() : undefined;
  }
}
