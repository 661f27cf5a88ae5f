/** Quotes a text for use as one word of a POSIX shell or PowerShell command in a hint; plain words stay as they are. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** More than anybody reads in a command line. */
const MOST_PATHS = 40;

/** Paths as a command takes them, or where to find them. */
export function shellPaths(paths: readonly string[]): string {
  return paths.length > MOST_PATHS ? '<the paths that --json lists>' : paths.map(shellWord).join(' ');
}
