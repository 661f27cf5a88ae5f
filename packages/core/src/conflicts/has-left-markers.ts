const MARKER = /^(?:<{7,}|\|{7,}|>{7,})(?: |$)/;

/** Between the sides of a conflict; in many texts it underlines a title as well. */
const SEPARATOR = /^={7,}$/;

/**
 * Whether a text has lines that mark a conflict and that neither side had: Git's own, or what is left of them.
 *
 * @param before `written`: the file as Git left it, with markers; `sides`: what it merged.
 */
export function hasLeftMarkers(
  text: string,
  { sides, written }: { readonly sides: readonly string[]; readonly written: string },
): boolean {
  if (text.includes('\0')) return false;
  const known = new Set(sides.flatMap(linesOf));
  const separators = new Set(linesOf(written).filter((line) => SEPARATOR.test(line)));
  return linesOf(text).some((line) => (MARKER.test(line) || separators.has(line)) && !known.has(line));
}

function linesOf(text: string): readonly string[] {
  return text.split(/\r?\n/);
}
