import { buildApp, wholeRoot } from '../../packages/cli/src/app.ts';
import { buildContext } from '../../packages/cli/src/build-context.ts';
import { runApp } from '../../packages/cli/src/run-app.ts';

const ROOT = await wholeRoot();

type Target = ReturnType<typeof buildApp>['root'];

/** One word sequence of the program, such as `agent tasks`, and what it leads to. */
export interface Route {
  readonly words: readonly string[];
  /** As they are typed, without the dashes; undefined for a group. */
  readonly flags: ReadonlySet<string> | undefined;
}

/** Lists every command and every group, the program itself first. */
export function routes(target: Target = ROOT, words: readonly string[] = []): readonly Route[] {
  if (!('getAllEntries' in target)) return [{ words, flags: flagNames(target) }];
  return [
    { words, flags: undefined },
    ...target
      .getAllEntries()
      .flatMap((entry) => routes(entry.target, [...words, entry.name['convert-camel-to-kebab']])),
  ];
}

function flagNames({
  parameters,
}: Exclude<Target, { readonly getAllEntries: unknown }>): ReadonlySet<string> {
  return new Set(
    Object.entries(parameters.flags ?? {}).flatMap(([name, flag]) => {
      const typed = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      const negated = flag.kind === 'boolean' && flag.withNegated !== false;
      return negated ? [typed, `no-${typed}`] : [typed];
    }),
  );
}

/** What a command line prints, and how it ends. */
export async function printed(
  argv: readonly string[],
): Promise<{ stdout: string; stderr: string; exitCode: number }> {
  let stdout = '';
  let stderr = '';
  const context = buildContext({
    cwd: '/',
    env: {},
    interactive: false,
    stdout: (text) => void (stdout += text),
    stderr: (text) => void (stderr += text),
  });
  const exitCode = await runApp(argv, context);
  return { stdout, stderr, exitCode };
}

/** Leaves every command with its parser only: what it would do is not done, in this process, from now on. */
export function disarm(target: Target = ROOT): void {
  if ('getAllEntries' in target) for (const entry of target.getAllEntries()) disarm(entry.target);
  else Object.assign(target, { loader: () => () => undefined });
}

/** Splits a command line the way a shell does, as far as examples and hints go. */
export function shellWords(line: string): readonly string[] {
  const words = line.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  return words.map((word) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'));
}
