/** Blanks the code between backticks of one line, so that every column stays where it was. */
export function withoutCode(line: string): string {
  if (!line.includes('`')) return line;
  const runs = [...line.matchAll(/`+/g)].map(({ 0: { length }, index }) => ({ length, index }));
  const unclosed = new Set<number>();
  let text = '';
  let end = 0;
  for (let at = 0; at < runs.length; at += 1) {
    const open = runs[at];
    if (!open || unclosed.has(open.length)) continue;
    let close = at + 1;
    while (close < runs.length && runs[close]?.length !== open.length) close += 1;
    const closing = runs[close];
    // A length that nothing closes from here on is closed nowhere later: looked for once.
    if (!closing) unclosed.add(open.length);
    else {
      const after = closing.index + closing.length;
      text += line.slice(end, open.index) + ' '.repeat(after - open.index);
      end = after;
      at = close;
    }
  }
  return text + line.slice(end);
}
