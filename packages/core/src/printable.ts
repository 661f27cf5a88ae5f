/**
 * Takes the sting out of text from a repository before a terminal or an agent sees it: control characters, which could
 * move the cursor, fake a line or turn the order of letters around, become a replacement character. Line ends and tabs stay.
 */
export function printable(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(/[^\P{Cc}\n\t]|\p{Bidi_Control}/gu, '\u{fffd}');
}
