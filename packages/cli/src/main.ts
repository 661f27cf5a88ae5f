import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import { buildContext } from './build-context.ts';
import { reportInterruption } from './command/report-interruption.ts';
import { surviveUnwritableOutput } from './command/survive-unwritable-output.ts';
import { reportAs } from './report-as.ts';
import { isForTeamspace, runApp } from './run-app.ts';

/** Runs one command line as this process and leaves its exit code in `process.exitCode`. */
export async function main(argv: readonly string[]): Promise<void> {
  surviveUnwritableOutput(process);
  let answered = false;
  const cwd = currentFolder();
  const gone = cwd instanceof Fault;
  const context = buildContext({
    cwd: gone ? path.sep : cwd,
    env: process.env,
    stdout: (text) => {
      answered = true;
      process.stdout.write(text);
    },
    stderr: (text) => void process.stderr.write(text),
    interactive: process.stderr.isTTY,
    columns: () => process.stderr.columns,
    rows: () => process.stderr.rows,
  });
  // The server is told to end itself, and answers what is under way before it does.
  if (!isForTeamspace(argv))
    reportInterruption(process, {
      taken: () => context.interruption.taken,
      answered: () => answered,
      endings: context.endings,
      report: (failure) => reportAs(argv, failure, context),
    });
  process.exitCode = gone && !asksForHelp(argv) ? reportAs(argv, cwd, context) : await runApp(argv, context);
}

function currentFolder(): string | Fault {
  try {
    return process.cwd();
  } catch (cause) {
    return new Fault('refused', 'CURRENT_FOLDER_GONE', 'The folder that this was run in is gone.', {
      hints: ['Run `cd` with a folder that exists, such as the top of your project, then the command again.'],
      cause,
    });
  }
}

/** Help needs no folder, and nothing else is done for a command line that asks for it. */
function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  const words = end === -1 ? argv : argv.slice(0, end);
  return (
    argv.length === 0 ||
    argv[0] === 'help' ||
    words.some((word) => ['--help', '-h', '--version', '-V'].includes(word))
  );
}
