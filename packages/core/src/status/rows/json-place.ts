/** A place in a text; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Where a position of a text is. */
export function placeAt(text: string, position: number): Place {
  const lines = text.slice(0, position).split('\n');
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}

/**
 * Where a text stops being JSON, by the error of `JSON.parse`.
 *
 * A merge that was left in the middle is the likeliest damage, and parsing stops after its first line.
 */
export function jsonErrorPlace(text: string, error: unknown): Place {
  const marker = /^<{7} /m.exec(text);
  if (marker) return placeAt(text, marker.index);
  const end = text.trimEnd().length;
  const position = /at position (\d+)/.exec(messageOf(error))?.[1];
  if (position !== undefined) return placeAt(text, Math.min(Number(position), end));
  let [known, wrong] = [0, end + 1];
  // Node names no position here, and a text that ends too early has another message: halve until the place is found.
  while (wrong - known > 1) {
    const middle = Math.floor((known + wrong) / 2);
    if (isWrong(text.slice(0, middle))) wrong = middle;
    else known = middle;
  }
  return placeAt(text, wrong - 1);
}

function isWrong(start: string): boolean {
  try {
    JSON.parse(start);
    return false;
  } catch (error) {
    return messageOf(error).startsWith('Unexpected token');
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}
