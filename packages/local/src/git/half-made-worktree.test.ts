import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Git } from './git.ts';

/** A Git that fails as the real one does while another process is making a worktree, and then works. */
function failingGit(times: number): { env: Record<string, string>; calls: () => number } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'spec-kitty-git-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const count = path.join(folder, 'count');
  writeFileSync(count, '');
  const script = `#!/bin/sh
printf x >> ${count}
[ "$(wc -c < ${count})" -le ${times} ] && { echo 'fatal: failed to read .git/worktrees/lane-b/commondir: Success' >&2; exit 128; }
echo done
`;
  writeFileSync(path.join(folder, 'git'), script);
  chmodSync(path.join(folder, 'git'), 0o755);
  return {
    env: { PATH: `${folder}${path.delimiter}${process.env['PATH'] ?? ''}` },
    calls: () => readFileSync(count).length,
  };
}

test.skipIf(process.platform === 'win32')(
  'a command that met a half-made worktree is run again (skipped on Windows: needs a shell script)',
  async () => {
    const { env, calls } = failingGit(2);
    expect(await new Git(os.tmpdir(), env).text(['for-each-ref'])).toBe('done');
    expect(calls()).toBe(3);
  },
);

test.skipIf(process.platform === 'win32')(
  'but not for ever (skipped on Windows: needs a shell script)',
  async () => {
    const { env } = failingGit(1000);
    await expect(new Git(os.tmpdir(), env).text(['for-each-ref'])).rejects.toMatchObject({
      code: 'GIT_FAILED',
    });
  },
);
