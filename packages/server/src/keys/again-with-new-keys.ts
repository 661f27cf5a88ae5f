import type { Teamspace } from '../teamspace.ts';
import { lacksKeys } from './keyring.ts';

/**
 * Does work that judges secrets. What it refuses, another server may have made with a key that has not come here yet: it
 * is judged again where that key is found now, and put off where it is not.
 *
 * @throws Fault `KEYS_AWAITED`, which is answered with 503.
 */
export async function againWithNewKeys<T>(
  { keyring, lookAtKeys }: Teamspace,
  work: () => Promise<T>,
  refuses: (done: T) => boolean,
): Promise<T> {
  if (keyring.missing.length > 0) await lookAtKeys?.();
  const before = keyring.ids.join();
  let done = await work();
  if (!lookAtKeys || !refuses(done)) return done;
  await lookAtKeys();
  if (keyring.ids.join() !== before) done = await work();
  if (refuses(done) && keyring.missing.length > 0) throw lacksKeys(keyring.missing);
  return done;
}
