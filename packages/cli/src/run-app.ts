import { Fault } from '@spec-kitty/core/fault';
import { proposeCompletions, run, type StricliProcess } from '@stricli/core';
import { buildApp, rootFor, wholeRoot } from './app.ts';
import { withoutRetiredOptions } from './command/retired-options.ts';
import { asksForEnvelope } from './commands/orchestrator-api/contract/report-in-envelope.ts';
import type { AppContext } from './context.ts';
import { reportAs } from './report-as.ts';

/** People who name a group alone are shown its help; a program has made a mistake. */
const COMMAND_EXPECTED = new Fault('usage', 'USAGE_ERROR', 'A command is expected after orchestrator-api.', {
  hints: ['Run `spec-kitty orchestrator-api --help` to see what there is.'],
});

/** Whether a command line is the server's own, whatever follows. */
export function isForTeamspace(argv: readonly string[]): boolean {
  return argv[0] === 'teamspace';
}

/** The command line as it is read: `help` first is `--help` last, and none of what the server takes is ours. */
function asRead(typed: readonly string[]): readonly string[] {
  if (isForTeamspace(typed)) return ['teamspace', '--', ...typed.slice(1)];
  return typed[0] === 'help' ? [...typed.slice(1), '--help'] : typed;
}

/** Runs one command line and returns its exit code; every failure has been printed when it returns. */
export async function runApp(typed: readonly string[], surroundings: AppContext): Promise<number> {
  const argv = asRead(typed);
  const current = withoutRetiredOptions(argv);
  const context: AppContext = {
    ...surroundings,
    propose: async (words) => {
      const app = buildApp(await wholeRoot(), () => '', words);
      return proposeCompletions(app, words, { ...context, completing: words });
    },
  };
  for (const option of current.retired)
    context.stderr(`Warning: ${option} is not used any more and was ignored.\n`);
  if (argv.length === 1 && asksForEnvelope(argv)) return reportAs(argv, COMMAND_EXPECTED, context);
  const own = await rootFor(current.argv);
  const ended = own && (await runIn(own, current.argv, context));
  // What was meant may be anywhere.
  const isKnown = ended && !(ended.failure instanceof Fault && ended.failure.code === 'UNKNOWN_COMMAND');
  const { failure, code } = isKnown ? ended : await runIn(await wholeRoot(), current.argv, context);
  return failure === undefined ? context.exit.code || code : reportAs(argv, failure, context);
}

interface Ended {
  readonly failure: unknown;
  readonly code: number;
}

async function runIn(
  root: Parameters<typeof buildApp>[0],
  argv: readonly string[],
  context: AppContext,
): Promise<Ended> {
  const failures: unknown[] = [];
  const failed = (error: unknown): string => {
    failures.push(error);
    return '';
  };
  const process: StricliProcess = {
    stdout: { write: context.stdout },
    // The framework's own lines are replaced by ours, so that `--json` and text say the same.
    stderr: { write: () => undefined },
    exitCode: null,
    env: { STRICLI_NO_COLOR: '1' },
  };
  const app = buildApp(root, failed, argv);
  await run(app, argv.length === 0 ? ['--help'] : argv, { ...context, process });
  return { failure: failures[0], code: Number(process.exitCode ?? 0) };
}
