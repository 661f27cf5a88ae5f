import { EXIT_CODES } from '@spec-kitty/core/fault';
import {
  asksForEnvelope,
  orchestratorCommand,
  reportInEnvelope,
} from './commands/orchestrator-api/contract/report-in-envelope.ts';
import type { AppContext } from './context.ts';
import { asksForJson, doctorFailure, printsLines, reportFailure, reportOf } from './report-failure.ts';

/** Prints a failure in the form that a command line asks for, also where it is wrong otherwise; returns the exit code. */
export function reportAs(
  argv: readonly string[],
  failure: unknown,
  context: Pick<AppContext, 'clock' | 'ids' | 'stdout' | 'stderr'>,
): number {
  if (asksForJson(argv) && argv[0] === 'auth' && argv[1] === 'doctor') {
    context.stdout(`${JSON.stringify(doctorFailure(failure), null, 2)}\n`);
    return EXIT_CODES[reportOf(failure).kind];
  }
  return asksForEnvelope(argv)
    ? reportInEnvelope(failure, { command: orchestratorCommand(argv) }, context)
    : reportFailure(failure, printsLines(argv) ? 'line' : asksForJson(argv) ? 'document' : 'text', context);
}
