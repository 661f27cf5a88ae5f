import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../packages/cli/bin/spec-kitty.cjs', import.meta.url));

// Nobody can make a folder below /proc, and Node's recursive `mkdir` goes on asking for ever.
test.skipIf(!existsSync('/proc/self')).each([
  ['demo --prepare /proc/spec-kitty/x', {}],
  ['trust allow', { SPEC_KITTY_STATE_DIR: '/proc/spec-kitty/x' }],
])('%s is refused at once where no folder can be made [needs /proc]', (line, env) => {
  const repository = tempRepository();
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [PROGRAM, ...args], {
      cwd: repository.root,
      env: { ...repository.env, ...env },
      encoding: 'utf8',
      timeout: 20_000,
    });
  expect(run('init').status).toBe(0);
  const { status, stdout, stderr } = run(...line.split(' '));
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(
    /^Error: .*: no such file or directory, mkdir '\/proc\/spec-kitty' \[FILE_SYSTEM_ERROR\]\n/,
  );
});
