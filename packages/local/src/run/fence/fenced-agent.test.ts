import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findRepository, privateDir } from '../../repository/repository.ts';
import { attemptFiles } from '../attempt-files.ts';
import { processesOf } from '../../process/marked-processes.ts';
import { ProcessRunner } from '../process-runner.ts';
import { Fence } from './fence.ts';

const NOWHERE = { primary: '/', primaryGitDir: '/', commonDir: '/', worktree: '/' };
let count = 0;

/** An agent that is a few lines of shell, in a lane. */
async function agent(kind: 'bubblewrap' | 'landlock', ...argv: readonly [string, ...string[]]) {
  const repository = tempRepository();
  repository.commit('first', { 'a.txt': 'a\n' });
  const lane = path.join(repository.root, '.worktrees', 'lane-a');
  repository.git('worktree', 'add', '--quiet', '-b', 'kitty/lane-a', lane);
  const found = await findRepository(repository.root);
  const folder = privateDir(found, 'runs', 'r');
  mkdirSync(folder, { recursive: true });
  const env = { ...repository.env, PATH: process.env['PATH'] ?? '' };
  const invocation = () => ({ argv, mayKnow: () => false, stream: 'none' as const });
  const runner = new ProcessRunner({ folder, env, invocation, fence: new Fence(found, env, [kind]) });
  const attempt = `fenced-${process.pid}-${(count += 1)}`;
  const task = { attempt, agent: 'x', role: 'implementer', mission: 'm', wp: 'WP01', prompt: 'p' } as const;
  const start = () => runner.start({ ...task, workspace: lane, timeoutMs: 60_000 });
  onTestFinished(async () => void (await runner.clear(attempt, null)));
  return { lane, runner, attempt, start, log: () => readFileSync(attemptFiles(folder, attempt).log, 'utf8') };
}

async function until(what: () => boolean): Promise<void> {
  while (!what()) await pause(20);
}

for (const kind of ['bubblewrap', 'landlock'] as const) {
  const state = await new Fence(NOWHERE, process.env, [kind]).state();
  const works = state.kind === kind;

  describe.skipIf(!works)(`an agent behind ${kind} [needs ${kind}${works ? '' : `: ${state.says}`}]`, () => {
    test('is told to end, has time for it, and leaves no daemon', async () => {
      const daemon = 'setsid sh -c "trap : TERM; while :; do sleep 1; done" & ';
      const script = `${daemon} trap 'echo bye > ended.txt; exit 3' TERM; echo > ready.txt; while :; do sleep 0.1; done`;
      const { lane, attempt, start } = await agent(kind, 'sh', '-c', script);
      const running = await start();
      await until(() => existsSync(path.join(lane, 'ready.txt')));
      expect(processesOf(attempt).length).toBeGreaterThan(1);
      running.stop();
      expect(await running.ended).toMatchObject({ how: 'stopped' });
      expect(readFileSync(path.join(lane, 'ended.txt'), 'utf8')).toBe('bye\n');
      expect(processesOf(attempt)).toEqual([]);
    });

    test('is ended with all that it has started by another engine, which knows its attempt alone', async () => {
      const script = 'setsid sleep 60 & env -i sleep 60 & echo > ready.txt; sleep 60';
      const { lane, runner, attempt, start } = await agent(kind, 'sh', '-c', script);
      const running = await start();
      await until(() => existsSync(path.join(lane, 'ready.txt')));
      await runner.clear(attempt, null);
      expect(processesOf(attempt)).toEqual([]);
      expect((await running.ended).how).toBe('failed');
    });

    test('ends as it would without', async () => {
      const { start, log } = await agent(kind, 'sh', '-c', 'echo done; (echo x > ../../a.txt) || exit 7');
      expect(await (await start()).ended).toMatchObject({
        how: 'failed',
        reason: expect.stringMatching(/^It ended with 7\. It says: /),
      });
      expect(log()).toContain('done\n');
    });

    test('that is missing, or is no program, is not started', async () => {
      const missing = await agent(kind, 'spec-kitty-no-such-agent');
      await expect(missing.start()).rejects.toMatchObject({ code: 'AGENT_NOT_STARTED' });
      const { lane, start } = await agent(kind, './agent');
      writeFileSync(path.join(lane, 'agent'), '#!/bin/sh\n', { mode: 0o644 });
      await expect(start()).rejects.toMatchObject({ code: 'AGENT_NOT_STARTED' });
    });
  });
}
