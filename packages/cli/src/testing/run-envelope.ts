import { type CliWorld, runCli } from './run-cli.ts';
import type { Surroundings } from '../context.ts';

/** What a command of the contract answered. */
export interface Envelope {
  readonly command: string;
  readonly success: boolean;
  readonly error_code: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly exitCode: number;
}

/** Runs a command of the contract; throws where stdout is not exactly one line. */
export async function runEnvelope(
  world: CliWorld,
  argv: readonly string[],
  surroundings: Partial<Surroundings> = {},
): Promise<Envelope> {
  const { exitCode, stdout } = await runCli(world, ['orchestrator-api', ...argv], surroundings);
  if (!/^[^\n]+\n$/.test(stdout)) throw new Error(`Not one line: ${stdout}`);
  const envelope = JSON.parse(stdout) as Omit<Envelope, 'exitCode'>;
  return { ...envelope, exitCode };
}
