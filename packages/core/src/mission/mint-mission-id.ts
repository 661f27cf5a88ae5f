import { mid8 } from './resolve-handle.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * Gives a new mission an id whose first eight characters no other mission has.
 *
 * Those characters are time only and stand still for about a second, so a taken one is counted up:
 * the id then claims to be a second or more younger, and stays valid, unique and usable as a handle.
 */
export function mintMissionId(fresh: string, taken: ReadonlySet<string>): string {
  let id = fresh;
  while (taken.has(mid8(id))) id = successor(mid8(id)) + id.slice(8);
  return id;
}

function successor(digits: string): string {
  const last = ALPHABET.indexOf(digits.at(-1) ?? '0');
  const rest = digits.slice(0, -1);
  return last < ALPHABET.length - 1 ? rest + ALPHABET.charAt(last + 1) : `${successor(rest)}0`;
}
