import { lstatSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readText } from '../files/plain-file.ts';

/** Length of an object id, by SHA-1 and by SHA-256. */
const ID_BYTES = [20, 32];

const HEADER_BYTES = 12;
/** Times, numbers, owner and size of a file. */
const STAT_BYTES = 40;
/** `assume-unchanged`, and that there is a second word of marks, as for `skip-worktree`. */
const MARKED = 0xc000;
const NAME_LENGTH = 0x0fff;

/**
 * Whether an entry of a checkout's index may be marked as one that Git is not to look at. Most have no such mark, and to ask
 * Git costs a process; so what its format, as documented, says for sure is taken from the file. Whatever is in doubt may be.
 */
export function mayHaveMarks(root: string): boolean {
  const file = indexOf(root);
  try {
    const index = file === undefined ? undefined : readFileSync(file);
    return index === undefined || !ID_BYTES.some((bytes) => isPlain(index, bytes));
  } catch {
    // It is not there, or was cut off: Git says what it makes of that.
    return true;
  }
}

function indexOf(root: string): string | undefined {
  const dotGit = path.join(root, '.git');
  if (lstatSync(dotGit, { throwIfNoEntry: false })?.isDirectory() === true) return path.join(dotGit, 'index');
  const gitDir = /^gitdir: (.+)$/m.exec(readText(dotGit) ?? '')?.[1]?.trim();
  return gitDir === undefined ? undefined : path.resolve(root, gitDir, 'index');
}

/** Whether an index of version 2 or 3, read to its end, has neither marks nor parts that are in another file. */
function isPlain(index: Buffer, idBytes: number): boolean {
  const version = index.readUInt32BE(4);
  if (index.toString('latin1', 0, 4) !== 'DIRC' || version < 2 || version > 3) return false;
  let at = HEADER_BYTES;
  for (let left = index.readUInt32BE(8); left > 0; left -= 1) {
    const name = at + STAT_BYTES + idBytes + 2;
    const flags = index.readUInt16BE(name - 2);
    if ((flags & MARKED) !== 0) return false;
    const length = flags & NAME_LENGTH;
    const end = length < NAME_LENGTH ? name + length : index.indexOf(0, name);
    // One to eight zeros fill it up.
    at += (end - at + 8) & ~7;
  }
  while (at < index.length - idBytes) {
    // What must be understood has a name in lower case: of a split or a sparse index, files are not all here.
    if (index.toString('latin1', at, at + 1) > 'Z') return false;
    at += 8 + index.readUInt32BE(at + 4);
  }
  return at === index.length - idBytes;
}
