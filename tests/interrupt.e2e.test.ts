import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openLock } from '@spec-kitty/local/lock/open-lock';
import { groupEnd } from '@spec-kitty/testkit/faults/run-product';
import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { tempRepository, type TempRepository } from '@spec-kitty/testkit/temp-repository';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../packages/cli/bin/spec-kitty.cjs', import.meta.url));
const ERROR = 'The command was interrupted; what it had done by then stays, and it can be run again.';

/** Starts a command line as the leader of a group of its own, so that a signal reaches it alone. */
function start({ root, env }: TempRepository, ...args: string[]) {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: root,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { child, ended: outcome(child) };
}

async function outcome(child: ChildProcess) {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => (stdout += String(chunk)));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += String(chunk)));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, stdout, stderr };
}

describe.skipIf(process.platform === 'win32')('an interrupted command [POSIX signals]', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s: says so once, as a document or in one line',
    async (signal) => {
      const repository = tempRepository();
      const folder = path.join(repository.base, 'state');
      await openLock({ folder }).hold('trust', 'a test', async () => {
        for (const json of [true, false]) {
          const { child, ended } = start(repository, 'trust', 'revoke', ...(json ? ['--json'] : []));
          // Nothing outside tells that it waits for the lock, which it does for 10 seconds.
          await new Promise((resolve) => setTimeout(resolve, 1500));
          child.kill(signal);
          const { exitCode, stdout, stderr } = await ended;
          expect({ exitCode, stderr }).toEqual({
            exitCode: 130,
            stderr: json ? '' : `Error: ${ERROR} [INTERRUPTED]\n`,
          });
          if (json)
            expect(JSON.parse(stdout)).toEqual({ error: ERROR, error_code: 'INTERRUPTED', hints: [] });
          else expect(stdout).toBe('');
        }
      });
      expect(readdirSync(folder).filter((name) => name.startsWith('trust.json'))).toEqual([]);
    },
  );

  const world = new MissionWorld();
  beforeAll(async () => {
    await world.plan([{ id: 'WP01', owns: ['src/a.js'] }]);
    await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
    world.save();
  });
  afterAll(() => world.dispose());

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s in a merge: says how the merge is ended', async (signal) => {
    world.restore();
    const { root, env } = world.repository;
    const preload = fileURLToPath(new URL('kill-in-merge.cjs', import.meta.url));
    const child = spawn(process.execPath, ['--require', preload, PROGRAM, 'merge', '--without-acceptance'], {
      cwd: root,
      env: { ...env, SPEC_KITTY_TEST_SIGNAL: signal },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { exitCode, stderr } = await outcome(child);
    expect(exitCode).toBe(130);
    expect(stderr).toBe(
      `Error: ${ERROR} [INTERRUPTED]\n` +
        `Hint: A merge of ${world.directory} was interrupted. Before you commit anything, finish it with ` +
        `\`spec-kitty merge --resume --mission ${world.directory}\`, or undo it with \`spec-kitty merge --abort --mission ${world.directory}\`.\n`,
    );
    world.reopen();
    await world.merge();
    expect(await world.lanes()).toEqual({ WP01: 'done' });
  });

  test.each([100, 300, 600, 1000])(
    'the demo, %i ms after it began: nothing goes on, and nothing is half-written',
    async (millis) => {
      const repository = tempRepository();
      const { child, ended } = start(repository, 'demo', '--json');
      const inDemo = (name: RegExp) =>
        readdirSync(repository.base, { recursive: true, encoding: 'utf8' }).filter((file) => name.test(file));
      await expect.poll(() => inDemo(/tally.\.git$/), { timeout: 20_000, interval: 10 }).toHaveLength(1);
      await new Promise((resolve) => setTimeout(resolve, millis));
      child.kill('SIGINT');
      const { exitCode, stdout, stderr } = await ended;
      const folder =
        /^The demo stopped\. What it made is in \S+spec-kitty-demo-\w+\n(?:Ending the agents; .*\n)?$/;
      expect({ exitCode, stderr }).toEqual({
        exitCode: 130,
        stderr: expect.stringMatching(folder) as string,
      });
      expect(JSON.parse(stdout)).toMatchObject({ error_code: 'INTERRUPTED' });
      await groupEnd(child.pid ?? 0);
      // Git has ended by itself. What it was told to do to the index may be missing there, so the index stays locked
      // until the next command has looked at it.
      expect(inDemo(/\.git.(?!spec-kitty|index).*\.lock$/)).toEqual([]);
      const texts = inDemo(/kitty-specs.*\.jsonl?$/).map((file) =>
        readFileSync(path.join(repository.base, file), 'utf8'),
      );
      for (const text of texts.flatMap((whole) =>
        whole.startsWith('{\n') ? [whole] : whole.trimEnd().split('\n'),
      ))
        expect(() => void JSON.parse(text)).not.toThrow();
      // The run has not gone on by itself.
      expect(texts.some((text) => /"to_lane": ?"done"/.test(text))).toBe(false);
    },
  );
});
