import {
  asksForEnvelope,
  orchestratorCommand,
  reportInEnvelope,
} from './commands/orchestrator-api/contract/report-in-envelope.ts';
import type { AppContext } from './context.ts';
import { asksForJson, reportFailure } from './report-failure.ts';

/** Prints a failure in the form that a command line asks for, also where it is wrong otherwise; returns the exit code. */
export function reportAs(
  argv: readonly string[],
  failure: unknown,
  context: Pick<AppContext, 'clock' | 'ids' | 'stdout' | 'stderr'>,
): number {
  return asksForEnvelope(argv)
    ? reportInEnvelope(failure, { command: orchestratorCommand(argv) }, context)
    : reportFailure(failure, asksForJson(argv), context);
}
