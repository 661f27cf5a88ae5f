import { isTooLarge, MAX_ALTERNATIVES } from '../execution-lanes/glob-pattern.ts';

/**
 * Says why a path or glob from a planning file must not be used, or nothing when it is sound.
 *
 * Paths are relative to `base` and stay inside it: no absolute path, no drive, no `..`, no backslash,
 * no home directory and no control character.
 */
export function pathProblem(path: string, base = 'the repository'): string | undefined {
  if (path.trim() === '') return 'is empty';
  if (/\p{Cc}/u.test(path)) return 'contains a control character';
  if (path.includes('\\')) return 'contains a backslash; paths use "/"';
  if (/^(?:\/|~|[A-Za-z]:)/.test(path)) return `is not relative to ${base}`;
  if (path.split('/').includes('..')) return `leaves ${base}`;
  if (path.split('/').some((part) => part.toLowerCase() === '.git')) return 'is inside .git';
  if (isTooLarge(path)) return `is too long, or stands for more than ${MAX_ALTERNATIVES} alternatives`;
  return undefined;
}

/** Tells whether a path or glob is below `kitty-specs/`, which packages do not own. */
export function isInKittySpecs(path: string): boolean {
  return firstPart(path) === 'kitty-specs';
}

/** Tells whether a path or glob is below `.kittify/`, which no lane may change. */
export function isInKittify(path: string): boolean {
  return firstPart(path) === '.kittify';
}

function firstPart(path: string): string | undefined {
  return path.split('/').find((part) => part !== '' && part !== '.');
}
