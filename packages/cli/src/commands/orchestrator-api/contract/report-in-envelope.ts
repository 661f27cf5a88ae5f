import type { AppContext } from '../../../context.ts';
import { reportOf } from '../../../report-failure.ts';
import { contractCode } from './contract-code.ts';
import { contractWords } from './contract-words.ts';
import {
  type Identity,
  NO_MISSION,
  ORCHESTRATOR_COMMANDS,
  type OrchestratorCommand,
  printEnvelope,
} from './envelope.ts';

/** What a failing command was asked to do, as far as it came to know that. */
interface Asked {
  readonly command: OrchestratorCommand | 'unknown';
  readonly identity?: Identity;
  readonly actor?: string | undefined;
  readonly facts?: object;
}

/** Tells whether a command line belongs to the contract, where every outcome is an envelope. */
export function asksForEnvelope([first]: readonly string[]): boolean {
  return kebab(first) === 'orchestrator-api';
}

/** The command of the contract that a command line calls, right or wrong. */
export function orchestratorCommand([, second]: readonly string[]): OrchestratorCommand | 'unknown' {
  return ORCHESTRATOR_COMMANDS.find((name) => name === kebab(second)) ?? 'unknown';
}

/** Commands may be typed in either case, `mission-state` and `missionState`. */
function kebab(word = ''): string {
  return word.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Prints a failure as an envelope, and returns the exit code for it: 2 for a wrong command line, else 1 (L§10). */
export function reportInEnvelope(
  failure: unknown,
  { command, identity = NO_MISSION, actor, facts = {} }: Asked,
  context: Pick<AppContext, 'clock' | 'ids' | 'stdout'>,
): number {
  const { kind, error: message, error_code: code, hints, details } = reportOf(failure);
  const errorCode = contractCode(command, code);
  const data = {
    ...facts,
    ...details,
    ...factsOf(errorCode, { message, details, actor }),
    ...identity,
    message,
    hints: hints.flatMap((hint) => contractWords(hint) ?? []),
    cause_code: code,
  };
  printEnvelope(context, { command, errorCode, data });
  if (kind === 'interrupted') return 130;
  // A JSON text that cannot be read is an argument of the right form with the wrong content, as is a lane (L§10.3).
  return kind === 'usage' && errorCode === 'USAGE_ERROR' && code !== 'OPTION_INVALID' ? 2 : 1;
}

/** The keys that the contract promises beside `message` (L§10.3). */
function factsOf(
  errorCode: string,
  {
    message,
    details,
    actor,
  }: Pick<Asked, 'actor'> & { message: string; details: Readonly<Record<string, unknown>> },
): object {
  switch (errorCode) {
    case 'WP_ALREADY_CLAIMED':
      return { claimed_by: details['holder'], requesting_actor: actor ?? null };
    case 'LANE_ALLOCATION_FAILED':
      return { reason: message };
    case 'PREFLIGHT_FAILED':
      return { errors: [message] };
    default:
      return {};
  }
}
