import path from 'node:path';

/** What the search for an executable depends on. */
export interface ExecutableSearch {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly isFile: (file: string) => boolean;
}

/** A name to start as it is, a batch file that only a shell can run, or nothing. */
export type FoundExecutable = { readonly file: string } | { readonly batch: string } | undefined;

/**
 * Decides what to start for the first word of a command.
 *
 * On Windows the system looks into the current directory first, where a repository could have put a
 * `git.exe`; so the search is done here, along absolute entries of `PATH` alone. Elsewhere the
 * system searches, for Git along such entries alone: `gitEnvironment` drops the others.
 */
export function findExecutable(name: string, search: ExecutableSearch): FoundExecutable {
  if (search.platform !== 'win32') return { file: name };
  const suffixes = /\.(?:exe|com|cmd|bat)$/i.test(name) ? [''] : ['.exe', '.com', '.cmd', '.bat'];
  for (const folder of folders(name, search)) {
    for (const suffix of suffixes) {
      const file = path.win32.resolve(folder, name + suffix);
      if (!search.isFile(file)) continue;
      return /\.(?:cmd|bat)$/i.test(file) ? { batch: file } : { file };
    }
  }
  return undefined;
}

function folders(name: string, { env, cwd }: ExecutableSearch): readonly string[] {
  if (/[/\\]/.test(name)) return [cwd];
  // Windows ignores the case of variable names, a plain object does not.
  const value = Object.entries(env).find(([key]) => key.toUpperCase() === 'PATH')?.[1] ?? '';
  return value
    .split(';')
    .map((folder) => folder.replaceAll('"', ''))
    .filter((folder) => path.win32.isAbsolute(folder));
}
