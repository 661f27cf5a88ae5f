import { setFlagsFromString } from 'node:v8';
import { buildContext } from './build-context.ts';
import { reportInterruption } from './command/report-interruption.ts';
import { surviveUnwritableOutput } from './command/survive-unwritable-output.ts';
import { reportAs } from './report-as.ts';
import { runApp } from './run-app.ts';

/** Runs one command line as this process and leaves its exit code in `process.exitCode`. */
export async function main(argv: readonly string[]): Promise<void> {
  // Most commands end before optimised code pays for its compilation: with Node 20's default a listing of 200
  // missions takes half as much CPU again. Long logs still get optimised. Later versions do not know the flag.
  if (process.versions.node.startsWith('20.')) setFlagsFromString('--interrupt-budget=1000000');
  surviveUnwritableOutput(process);
  let answered = false;
  const context = buildContext({
    cwd: process.cwd(),
    env: process.env,
    stdout: (text) => {
      answered = true;
      process.stdout.write(text);
    },
    stderr: (text) => void process.stderr.write(text),
    interactive: process.stderr.isTTY,
  });
  reportInterruption(process, {
    answered: () => answered,
    endings: context.endings,
    report: (failure) => reportAs(argv, failure, context),
  });
  process.exitCode = await runApp(argv, context);
}
