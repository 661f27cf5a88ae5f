/** Lays out rows under a heading in columns two spaces apart; the last column is not padded. */
export function renderTable(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [heading, ...rows].map((row) => row.map(oneLine));
  const widths = heading.map((_, column) => Math.max(...all.map((row) => width(row[column] ?? ''))));
  return all
    .map((row) =>
      row
        .map((cell, column) =>
          column === row.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - width(cell)),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** What a repository says must not look like a line of ours. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s*[\r\n\t\u2028\u2029]\s*/g, ' ');
}

/** Columns in a terminal: two for East Asian letters and emoji, none for combining marks. Joined emoji count as several. */
export function width(text: string): number {
  return Array.from(text, widthOf).reduce<number>((sum, columns) => sum + columns, 0);
}

/** As much of a text as some columns of a terminal have room for. */
export function cutTo(columns: number, text: string): string {
  let left = columns;
  const letters = Array.from(text);
  const end = letters.findIndex((letter) => (left -= widthOf(letter)) < 0);
  return end === -1 ? text : letters.slice(0, end).join('');
}

function widthOf(letter: string): number {
  if (WIDE.test(letter)) return 2;
  return NONE.test(letter) ? 0 : 1;
}

/** Without the half-width forms of U+FF61 to U+FFDC, and without a table of 29 ms. */
const WIDE =
  /^(?![\uff61-\uffdc])[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{Emoji_Presentation}\u3000-\u303e\u3099-\u30ff\uff01-\uff60]$/u;
const NONE = /^[\p{Mn}\p{Me}\u200b-\u200d]$/u;
