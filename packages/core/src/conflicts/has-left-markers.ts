const MARKER = /^(?:<{7,}|\|{7,}|>{7,})(?: |$)/;

/** Whether a text has lines that mark a conflict and that neither side had: Git's own, or what is left of them. */
export function hasLeftMarkers(text: string, sides: readonly string[]): boolean {
  if (text.includes('\0')) return false;
  const known = new Set(sides.flatMap(linesOf));
  return linesOf(text).some((line) => MARKER.test(line) && !known.has(line));
}

function linesOf(text: string): readonly string[] {
  return text.split(/\r?\n/);
}
