import { SystemClock } from '@spec-kitty/local/clock/system-clock';
import { SessionKeeper } from '@spec-kitty/local/session/session-keeper';

/** What one process got. */
export interface WorkerResult {
  readonly outcome: string;
  readonly network: boolean;
  /** The refresh token that it would go on with. */
  readonly token: string | null;
}

/**
 * The body of a process that asks for the session once it is told to begin; its last line is what it got.
 *
 * @public imported by source that a test generates.
 */
export async function runSessionWorker(root: string, issuer: string): Promise<void> {
  const keeper = new SessionKeeper({ root, issuer, clock: new SystemClock(), log: () => undefined });
  process.stdout.write('ready\n');
  await new Promise((resolve) => process.stdin.once('data', resolve));
  const result = await keeper.fresh(null);
  const token = 'session' in result ? result.session.tokens.refresh.expose() : null;
  const { outcome, network } = result;
  process.stdout.write(`${JSON.stringify({ outcome, network, token } satisfies WorkerResult)}\n`);
  process.exit(0);
}
