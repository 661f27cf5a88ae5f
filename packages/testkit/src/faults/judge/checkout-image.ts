import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';

/** What a path holds: kind, permissions and a hash of the content. */
export type Image = ReadonlyMap<string, string>;

/**
 * Takes an image of a checkout, every file in it tracked or not, without what belongs to one mission, to Git or to
 * the worktrees below it.
 */
export function imageOf(root: string, mission: string): Image {
  return imageWithout(root, new Set(['.git', '.worktrees', `kitty-specs/${mission}`]));
}

/** Takes an image of every file below a folder. @param skipped paths that are left out, relative to it. */
export function imageWithout(root: string, skipped: ReadonlySet<string>): Image {
  const image = new Map<string, string>();
  const walk = (folder: string): void => {
    for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (skipped.has(name)) continue;
      if (entry.isDirectory()) walk(name);
      else image.set(name, contentOf(path.join(root, name)));
    }
  };
  walk('');
  return image;
}

/** Describes one file as in an image; `undefined` where there is none. */
function contentOf(file: string): string {
  const found = lstatSync(file);
  if (found.isSymbolicLink()) return `link ${readlinkSync(file)}`;
  const hash = createHash('sha1').update(readFileSync(file)).digest('hex');
  return `${(found.mode & 0o777).toString(8)} ${found.size} ${hash}`;
}

/** Paths that two images disagree about, with both contents. */
export function imageDifference(before: Image, after: Image): readonly string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names]
    .filter((name) => before.get(name) !== after.get(name))
    .map((name) => `${name}: ${before.get(name) ?? 'absent'} -> ${after.get(name) ?? 'absent'}`);
}
