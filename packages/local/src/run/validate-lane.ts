import { shellWord } from '@spec-kitty/core/shell-word';
import type { GateCheck } from '@spec-kitty/core/run/evidence/gate-check';
import { writeAtomically } from '../files/write-atomically.ts';
import { outputTail, wholeOutput } from '../process/output-tail.ts';
import { type ProcessResult, runProcess } from '../process/run-process.ts';
import { ATTEMPT_VARIABLE } from '../process/marked-processes.ts';

const TIME_LIMIT_MS = 30 * 60 * 1000;

/** A validation of what one lane has. */
export interface LaneValidation {
  readonly command: readonly string[];
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** File that gets all of the output. */
  readonly log: string;
  /** What it runs for: an engine that is killed leaves it behind, and the next one finds it by that. */
  readonly attempt: string;
}

/** Runs the project's validation where a package was worked on. @throws Fault where it cannot be started. */
export async function validateLane(validation: LaneValidation): Promise<GateCheck> {
  const { command, root, log, attempt } = validation;
  const env = { ...validation.env, [ATTEMPT_VARIABLE]: attempt };
  const result = await runProcess({ argv: command, cwd: root, env, timeoutMs: TIME_LIMIT_MS });
  writeAtomically(log, wholeOutput(result));
  const line = command.map(shellWord).join(' ');
  if (result.exitCode === 0) return { name: 'validation', state: 'passed', says: `\`${line}\` passes.` };
  return {
    name: 'validation',
    state: 'failed',
    says: `\`${line}\` ${howItEnded(result)}; all of its output is in ${log}.\n${outputTail(result)}`,
  };
}

function howItEnded({ timedOut, signal }: ProcessResult): string {
  if (timedOut) return `did not end within ${TIME_LIMIT_MS / 60_000} minutes`;
  return signal === undefined ? 'fails' : `was ended by ${signal}`;
}
