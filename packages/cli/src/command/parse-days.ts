/** Parses a number of days. @throws SyntaxError saying what it takes. */
export function parseDays(text: string): number {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text);
  throw new SyntaxError('a number of days');
}
