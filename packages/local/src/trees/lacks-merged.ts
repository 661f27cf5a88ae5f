import { BEGINS, ENDS } from './conflict-hunks.ts';

/**
 * Tells whether a resolution lacks a whole place that one side has added and that Git merged without a conflict beside others
 * of the file. A place counts only where none of its lines is left, wherever it was moved and however it is indented.
 *
 * @param written the file as Git left it, with markers; `sides`: what it merged.
 */
export function lacksMerged(
  resolution: string,
  { written, sides }: { readonly written: string; readonly sides: readonly [string, string] },
): boolean {
  const [ours, theirs] = sides.map((text) => new Set(linesOf(text)));
  const kept = new Set(linesOf(resolution));
  const isAdded = (line: string) => ours?.has(line) !== theirs?.has(line);
  return placesOf(written, isAdded).some((lines) => lines.every((line) => !kept.has(line)));
}

/** Runs of added lines outside the markers; blank lines neither make nor part them. */
function placesOf(written: string, isAdded: (line: string) => boolean): readonly (readonly string[])[] {
  const places: string[][] = [];
  let place: string[] | undefined;
  let marked = false;
  for (const line of linesOf(written)) {
    if (BEGINS.test(line)) marked = true;
    if (marked || (line !== '' && !isAdded(line))) place = undefined;
    else if (line !== '') {
      if (!place) places.push((place = []));
      place.push(line);
    }
    if (ENDS.test(line)) marked = false;
  }
  return places;
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').map((line) => line.trim());
}
