import { globMatcher } from '../execution-lanes/globs-intersect.ts';

/** Where a lost failure logs somebody out or loses a secret: guarded unless paths are named. One row for each concern. */
export const GUARDED = {
  'signing in': [
    '**/src/**/auth/**',
    '**/src/**/auth[._-]*',
    '**/src/**/commands/auth*/**',
    '**/src/**/commands/auth*',
  ],
  'the session, and its refresh': ['**/src/**/session/**', '**/src/**/session-*', '**/src/**/refresh/**'],
  teams: ['**/src/**/sync/team*', '**/src/**/sync/team*/**', '**/src/**/teamspace/**'],
  'secrets on disk': ['**/src/**/secure-storage/**', '**/src/**/secure_storage/**', '**/src/**/secret*'],
  locks: ['**/src/**/lock/**', '**/src/**/lock.*'],
  'the daemon': ['**/src/**/daemon/**', '**/src/**/daemon-*'],
  redaction: ['**/src/**/redact*', '**/src/**/redact*/**'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

const GUARDS = Object.values(GUARDED).flat().map(globMatcher);

/** Whether a file is source text that TypeScript can read. */
export function isSource(file: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(file);
}

/** Whether it is the product's: not a test, nor what only tests load, nor made by a program. */
export function isProductSource(file: string): boolean {
  const parts = file.split('/');
  return (
    isSource(file) &&
    !/\.(?:d|test|spec)\.[cm]?[jt]sx?$/.test(file) &&
    !parts.some((part) => NOT_PRODUCT.has(part))
  );
}

const NOT_PRODUCT = new Set(['node_modules', 'dist', 'test', 'tests', '__tests__', 'testing', 'testkit']);

/** Whether a file is guarded without being named. @param file relative to the root of the checkout, with `/`. */
export function isGuarded(file: string): boolean {
  return isProductSource(file) && GUARDS.some((covers) => covers(file));
}
