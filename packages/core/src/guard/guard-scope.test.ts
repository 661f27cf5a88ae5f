import { expect, test } from 'vitest';
import { isGuarded } from './guard-scope.ts';

test.each([
  ['src/auth/login.ts', true],
  ['src/auth/deep/er/login.tsx', true],
  ['src/auth.ts', true],
  ['src/cli/commands/auth-doctor.ts', true],
  ['src/cli/commands/auth/login.mjs', true],
  ['src/sync/team-list.ts', true],
  ['src/sync/queue.ts', false],
  ['packages/local/src/session/file-session-store.ts', true],
  ['packages/core/src/refresh/refresh-session.ts', true],
  ['packages/core/src/redact.ts', true],
  ['src/daemon/control.ts', true],
  ['src/board/board.ts', false],
  ['src/block/clock.ts', false],
  ['src/books/author.ts', false],
  ['src/auth/login.test.ts', false],
  ['src/auth/testing/fake.ts', false],
  ['src/auth/types.d.ts', false],
  ['src/auth/README.md', false],
  ['node_modules/x/src/auth/login.ts', false],
  ['docs/auth/login.ts', false],
])('B-01: what is not named is guarded by where it is: %s: %s', (file, guarded) => {
  expect(isGuarded(file)).toBe(guarded);
});
