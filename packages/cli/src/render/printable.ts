/**
 * Takes the sting out of text from a repository before a terminal sees it: control characters, which could move the
 * cursor, fake a line or turn the order of letters around, are shown as a replacement character. Line feeds and tabs stay.
 */
export function printable(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]|\p{Bidi_Control}/gu, '\u{fffd}');
}
