/** Quotes a text for use as one word of a POSIX shell or PowerShell command in a hint; plain words stay as they are. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
