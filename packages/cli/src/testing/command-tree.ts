import { buildApplication, type Command, type RouteMap, run } from '@stricli/core';
import { wholeRoot } from '../app.ts';
import { withoutRetiredOptions } from '../command/retired-options.ts';
import type { AppContext } from '../context.ts';

const ROOT = await wholeRoot();

type Target = Command<AppContext> | RouteMap<AppContext>;

/** Every command of the program by its words, such as `agent tasks status`. */
export function commandsOf(target: Target = ROOT, words = ''): ReadonlyMap<string, Command<AppContext>> {
  if (!('getAllEntries' in target)) return new Map([[words, target]]);
  const below = target
    .getAllEntries()
    .flatMap((entry) => [
      ...commandsOf(entry.target, `${words} ${entry.name['convert-camel-to-kebab']}`.trim()),
    ]);
  const usual = target.getDefaultCommand();
  // Last: `run status` is not `run`.
  return new Map(usual ? [...below, [words, usual]] : below);
}

/** The command that a command line calls. */
export function routeOf(argv: readonly string[]): string | undefined {
  const line = `${argv.join(' ')} `;
  return [...commandsOf().keys()].find((words) => line.startsWith(`${words} `));
}

/** Says why the program would not understand a command line that it tells people to run; nothing is executed. */
export async function misunderstanding(line: string): Promise<string | undefined> {
  const argv = shellWords(line).slice(1);
  if (argv.at(-1) === '--help') return undefined;
  const route = routeOf(argv);
  const command = route === undefined ? undefined : commandsOf().get(route);
  if (route === undefined || !command) return `there is no such command: ${line}`;
  const app = buildApplication<AppContext>(
    { ...command, loader: async () => async () => undefined },
    {
      name: 'spec-kitty',
      scanner: { caseStyle: 'allow-kebab-for-camel', allowArgumentEscapeSequence: true },
    },
  );
  let trouble = '';
  const process = {
    stdout: { write: () => undefined },
    stderr: { write: (text: string) => void (trouble += text) },
    exitCode: null,
  };
  const current = withoutRetiredOptions(argv);
  // Nothing of the context is looked at but where the framework writes.
  await run(app, current.argv.slice(route.split(' ').length), { process } as unknown as AppContext);
  const [retired] = current.retired;
  if (retired !== undefined) return `${retired} is retired: ${line}`;
  return trouble === '' ? undefined : `${trouble.trim()}: ${line}`;
}

/** Splits a line as a shell does, as far as our own hints use it. */
function shellWords(line: string): readonly string[] {
  return [...line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word.replaceAll(/["']/g, ''));
}
