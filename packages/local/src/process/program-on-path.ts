import { readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

/** What there is on a machine, as far as looking for programs goes. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly isFile: (file: string) => boolean;
  /** Bytes of a file as text, enough to tell a script from a program. */
  readonly text: (file: string) => string;
  /** The file behind links; `undefined` where there is none. */
  readonly realpath: (file: string) => string | undefined;
}

/** Which program a name on `PATH` starts, compared with this one. */
export type NamedProgram =
  | { readonly kind: 'this' | 'absent' }
  | { readonly kind: 'python' | 'other'; readonly file: string };

const THIS_MACHINE: Machine = {
  platform: process.platform,
  isFile: (file) => tried(() => statSync(file).isFile()) ?? false,
  text: (file) => tried(() => readFileSync(file).subarray(0, 8192).toString('latin1')) ?? '',
  realpath: (file) => tried(() => realpathSync(file)),
};

/** First file of a name on absolute entries of `PATH`; nothing is started. */
export function programOnPath(name: string, env: Env, machine: Machine = THIS_MACHINE): string | undefined {
  const windows = machine.platform === 'win32';
  const names = windows ? path.win32 : path.posix;
  // Windows ignores the case of variable names, a plain object does not.
  const value = Object.entries(env).find(([key]) => key.toUpperCase() === 'PATH')?.[1] ?? '';
  return value
    .split(names.delimiter)
    .map((folder) => folder.replaceAll('"', ''))
    .filter((folder) => names.isAbsolute(folder))
    .flatMap((folder) =>
      (windows ? ['.exe', '.cmd', '.bat'] : ['']).map((suffix) => names.join(folder, name + suffix)),
    )
    .find((file) => machine.isFile(file));
}

/**
 * Whether a name on `PATH` starts this program: by a link, or by a script that names it as package managers write them.
 *
 * @param own file of this program, behind all links.
 */
export function namedProgram(
  name: string,
  { own, env }: { readonly own: string; readonly env: Env },
  machine: Machine = THIS_MACHINE,
): NamedProgram {
  const file = programOnPath(name, env, machine);
  if (file === undefined) return { kind: 'absent' };
  const text = machine.text(file);
  const targets = [file, ...scriptTargets(file, text, machine)];
  const same = (target: string) =>
    folded(machine.realpath(target) ?? target, machine) === folded(own, machine);
  if (targets.some(same)) return { kind: 'this' };
  return { kind: /^#!.*python|python(?:3|w)?\.exe/m.test(text) ? 'python' : 'other', file };
}

/** Files of JavaScript that a script names, as package managers and people do, from its own folder on. */
function scriptTargets(file: string, text: string, { platform }: Machine): readonly string[] {
  const names = platform === 'win32' ? path.win32 : path.posix;
  const named = /["']([^"'\r\n]+\.cjs)["']|(?<=\s)([^\s"']+\.cjs)(?=\s)/g;
  return [...text.matchAll(named)].map(([, quoted, target = quoted ?? '']) =>
    names.resolve(names.dirname(file), target.replace(/^(?:\$basedir|%~?dp0%?)[\\/]?/, '')),
  );
}

function folded(file: string, { platform }: Machine): string {
  return platform === 'win32' ? file.replaceAll('/', '\\').toLowerCase() : file;
}

/** A folder on PATH that is not there, or that nobody may read, has no programs. */
function tried<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
