import { readdirSync } from 'node:fs';
import { escapedText } from './escaped-text.ts';
import { placeOf } from './place-of.ts';

/** What is in a folder of a checkout, by its path there; names that are no UTF-8 as Git's paths have them. */
export function listFolder(
  root: string,
  folder: string,
): readonly { readonly file: string; readonly isFolder: boolean }[] {
  const entries = readdirSync(placeOf(root, folder), { encoding: 'buffer', withFileTypes: true });
  return entries.map((entry) => ({
    file: `${folder}/${escapedText(entry.name)}`,
    isFolder: entry.isDirectory(),
  }));
}
