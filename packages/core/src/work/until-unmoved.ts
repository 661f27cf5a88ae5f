import { Fault } from '../fault.ts';

const ATTEMPTS = 5;

/**
 * Looks at a package and records something about it, until nobody has moved it in between.
 *
 * @param name what to call the package in the error.
 * @param attempt answers `undefined` when the package has moved since it was looked at.
 * @param attempts how often that may happen.
 * @throws Fault `LOG_MOVING` when that happens again and again.
 */
export async function untilUnmoved<T>(
  name: string,
  attempt: () => Promise<T | undefined>,
  attempts = ATTEMPTS,
): Promise<T> {
  for (let count = 1; count <= attempts; count++) {
    const done = await attempt();
    if (done !== undefined) return done;
  }
  throw new Fault('busy', 'LOG_MOVING', `${name} was changed by others ${attempts} times meanwhile.`, {
    hints: ['Run the command again.'],
  });
}
