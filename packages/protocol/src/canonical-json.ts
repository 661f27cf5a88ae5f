type Json = unknown;

/**
 * Serialises one event-log row as the predecessor does: keys sorted, `", "` and `": "` between
 * tokens, non-ASCII escaped. `undefined` members are left out.
 */
export function rowJson(value: Json): string {
  return escapeNonAscii(spaced(value));
}

/** Serialises a document as `meta.json` and `status.json` are kept: keys sorted, two spaces, newline at the end. */
export function documentJson(value: Json): string {
  return `${JSON.stringify(sorted(value), null, 2)}\n`;
}

/** Serialises on one line in ASCII alone: text of one byte per character is read, joined and written twice as fast. */
export function asciiJson(value: Json): string {
  const text = JSON.stringify(value);
  return /[^\0-\x7e]/.test(text) ? escapeNonAscii(text) : text;
}

/** The same value with the keys of every object in order. */
export function sortedKeys<T>(value: T): T {
  return sorted(value) as T;
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

function spaced(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  const members = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}: ${spaced(item)}`);
  return `{${members.join(', ')}}`;
}

function escapeNonAscii(text: string): string {
  return text.replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
