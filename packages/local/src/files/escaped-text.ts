/** A byte that is no UTF-8, as half of a surrogate pair: no text has one otherwise. */
const ESCAPED = /([\u{dc80}-\u{dcff}])/u;

/** Decodes UTF-8 so that {@link escapedBytes} gives the same bytes again, whatever they are: Git's paths are bytes. */
export function escapedText(bytes: Buffer): string {
  const plain = bytes.toString('utf8');
  if (!plain.includes('\u{fffd}')) return plain;
  let text = '';
  let from = 0;
  for (let at = 0; at < bytes.length;) {
    const length = charLength(bytes, at);
    if (length === 0) text += bytes.toString('utf8', from, at) + escaped(bytes[at] ?? 0);
    at += length || 1;
    if (length === 0) from = at;
  }
  return text + bytes.toString('utf8', from);
}

/** The bytes that a text of {@link escapedText} stands for. */
export function escapedBytes(text: string): Buffer {
  const parts = text.split(ESCAPED);
  return Buffer.concat(
    parts.map((part, at) => (at % 2 === 0 ? Buffer.from(part) : Buffer.from([part.charCodeAt(0) - 0xdc00]))),
  );
}

/** Whether a text stands for bytes that are no UTF-8. */
export function isEscaped(text: string): boolean {
  return ESCAPED.test(text);
}

/** A text as people see it: a byte that is no UTF-8 in octal, as Git shows it. */
export function shownBytes(text: string): string {
  return text.replaceAll(/[\u{dc80}-\u{dcff}]/gu, (one) => `\\${(one.charCodeAt(0) - 0xdc00).toString(8)}`);
}

function escaped(byte: number): string {
  return String.fromCharCode(0xdc00 + byte);
}

/** How many bytes the character that begins here has; 0 where none does. */
function charLength(bytes: Buffer, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  const char = bytes.subarray(at, at + length);
  return Buffer.from(char.toString('utf8')).equals(char) ? length : 0;
}
