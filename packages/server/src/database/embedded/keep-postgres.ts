import { setTimeout as pause } from 'node:timers/promises';
import { Fault } from '@spec-kitty/core/fault';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';

/** Each start in vain makes the next one wait twice as long, up to that. */
const LONGEST_PAUSE_MS = 8000;
const FIRST_PAUSE_MS = 250;

/** What is told of a database that ended by itself: what it said, or why it could not be started again. */
export type Lost = (said: string) => void;

/**
 * Starts the database of a folder, and starts it again whenever it ends by itself, such as when the system has killed
 * it or its disk was full; at the same address, until it is told to end.
 *
 * @throws Fault as {@link startEmbeddedPostgres}, for the first start.
 */
export async function keepPostgres(
  folder: string,
  password: string,
  lost: Lost,
): Promise<Pick<EmbeddedPostgres, 'config' | 'stop'>> {
  const over = new AbortController();
  let current = await startEmbeddedPostgres(folder, password);
  const { config } = current;
  const keeping = (async () => {
    for (;;) {
      const said = await current.ended;
      if (over.signal.aborted) return;
      lost(said);
      // What is left of it goes, too.
      await current.stop();
      let again: EmbeddedPostgres | undefined;
      for (let wait = FIRST_PAUSE_MS; !again; wait = Math.min(2 * wait, LONGEST_PAUSE_MS)) {
        await pause(wait, undefined, { signal: over.signal }).catch(() => undefined);
        if (over.signal.aborted) return;
        again = await startAgain(folder, password, config.port, lost);
      }
      current = again;
      if (over.signal.aborted) return;
    }
  })();
  return {
    config,
    stop: async () => {
      over.abort();
      await current.stop();
      await keeping;
      // It may have been about to start again.
      await current.stop();
    },
  };
}

/** @returns `undefined` where it cannot be started now, which may pass. */
async function startAgain(
  folder: string,
  password: string,
  port: number | undefined,
  lost: Lost,
): Promise<EmbeddedPostgres | undefined> {
  try {
    return await startEmbeddedPostgres(folder, password, {}, port);
  } catch (error) {
    // broad-catch: whatever it is, such as a full disk, is told, and may be over the next time
    lost(error instanceof Fault ? `${error.message} ${JSON.stringify(error.details)}` : String(error));
    return undefined;
  }
}
