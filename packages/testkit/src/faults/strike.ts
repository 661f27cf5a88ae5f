import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import path from 'node:path';
import type { HarnessFault, Abilities, UserAct } from './harness-fault.ts';
import type { FaultInjector } from './injector/fault-injector.ts';
import type { Fixture, Stage } from './fault-fixture.ts';
import { PLAN_VARIABLE } from './fault-plan.ts';
import { git } from './judge/repository-facts.ts';
import { commitOnTarget } from './merge/commit-on-target.ts';
import { groupEnd, type ProductRun, runApart, runHere } from './run-product.ts';

/** Everything a run works with. */
export interface Range {
  readonly fixture: Fixture;
  readonly injector: FaultInjector;
  /** Bundled module for `node --require`. */
  readonly preload: string;
}

/** What is left of the command under test. */
export interface Struck extends ProductRun {
  /** The command has ended by itself and its answer counts. */
  readonly ended: boolean;
  readonly fired: boolean;
}

/** Runs a command with a fault, and waits until nothing that it has started runs any more. */
export async function strike(range: Range, argv: readonly string[], fault: HarnessFault): Promise<Struck> {
  const { fixture } = range;
  const place = { cwd: fixture.root, env: fixture.env };
  switch (fault.kind) {
    case 'kill-at-point':
    case 'kill-after-time': {
      const timed = fault.kind === 'kill-after-time';
      const extra = timed
        ? {}
        : { NODE_OPTIONS: `--require ${range.preload}`, [PLAN_VARIABLE]: JSON.stringify(fault.plan) };
      const limits = timed ? { killAfterMs: fault.afterMs, target: fault.target } : {};
      const outcome = await runApart(
        fixture.product,
        argv,
        { ...place, env: { ...fixture.env, ...extra } },
        limits,
      );
      await groupEnd(outcome.pid);
      const killed = outcome.exitCode === undefined;
      return { ...outcome, ended: !killed, fired: killed };
    }
    case 'injected':
      return injected(range, argv, fault.plan, () => undefined);
    case 'meanwhile': {
      let done = false;
      const struck = await injected(range, argv, fault.plan, () => {
        done = act(fixture, fault.act);
      });
      return { ...struck, fired: struck.fired && done };
    }
    case 'none':
    case 'disk-full':
    case 'immutable': {
      const outcome = await runHere(fixture.product, argv, place);
      return { ...outcome, ended: true, fired: outcome.exitCode !== 0 };
    }
  }
}

async function injected(
  { fixture, injector }: Range,
  argv: readonly string[],
  plan: Parameters<FaultInjector['arm']>[0],
  meanwhile: () => void,
): Promise<Struck> {
  injector.arm(plan, meanwhile);
  const outcome = await runHere(fixture.product, argv, { cwd: fixture.root, env: fixture.env });
  const { fired, isDead } = await injector.disarm();
  const crashed = isDead;
  return { ...outcome, exitCode: crashed ? undefined : outcome.exitCode, ended: !crashed, fired };
}

/** Puts the fixture back, on a file system or in a state that the fault needs. @returns how to make that good again. */
export function prepare({ fixture }: Range, stage: Stage, fault: HarnessFault): () => void {
  const live = path.dirname(fixture.root);
  if (fault.kind === 'disk-full') {
    rmSync(live, { recursive: true, force: true });
    mkdirSync(live);
    must('mount', '-t', 'tmpfs', '-o', 'size=256m', 'tmpfs', live);
    fixture.restore(stage, { keepFolder: true });
    const { blocks, bfree, bsize } = statfsSync(live);
    must('mount', '-o', `remount,size=${((blocks - bfree) * bsize) / 1024 + fault.freeKb}k`, live);
    return () => must('mount', '-o', 'remount,size=256m', live);
  }
  fixture.restore(stage);
  if (fault.kind !== 'immutable') return () => undefined;
  const target = path.join(fixture.root, fault.path.replace('*', fixture.mission));
  if (!existsSync(target)) return () => undefined;
  must('chattr', '+i', target);
  return () => must('chattr', '-i', target);
}

/** Frees the folder for the next run. */
export function clear({ fixture }: Range, fault: HarnessFault): void {
  if (fault.kind !== 'disk-full') return;
  // The process works inside of it, which would keep it mounted.
  process.chdir('/');
  must('umount', path.dirname(fixture.root));
}

/** Finds out what this machine allows, by trying it. */
export function abilities(folder: string): Abilities {
  const probe = path.join(folder, 'probe');
  mkdirSync(probe, { recursive: true });
  const mount = tries('mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', probe) && tries('umount', probe);
  const immutable = tries('chattr', '+i', probe) && tries('chattr', '-i', probe);
  rmSync(probe, { recursive: true, force: true });
  return { mount, immutable };
}

/** Does what somebody else does to a repository. @returns whether it could be done. */
export function act(fixture: Fixture, what: UserAct): boolean {
  if (what === 'commit') return commitOnTarget(fixture);
  const commands: Record<Exclude<UserAct, 'remove-worktree' | 'commit'>, readonly string[]> = {
    reset: ['reset', '--quiet', '--hard', 'HEAD~1'],
    stash: ['stash'],
    checkout: ['checkout', '--quiet', 'HEAD~1', '--', '.'],
    // Without the option Git refuses, for the sake of the log's uncommitted rows.
    switch: ['switch', '--quiet', '--discard-changes', 'other'],
    restore: ['restore', '--staged', '--worktree', '.'],
  };
  if (what !== 'remove-worktree') {
    const { status } = spawnSync('git', commands[what], { cwd: fixture.root, env: fixture.env });
    return status === 0;
  }
  const folder = path.join(fixture.root, '.worktrees');
  const [first] = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => !name.startsWith('.'))
        .toSorted()
    : [];
  if (first !== undefined) rmSync(path.join(folder, first), { recursive: true, force: true });
  return first !== undefined;
}

/** Takes back what somebody else did, as that person would, where it can be taken back. */
export function undo(fixture: Fixture, what: UserAct, mainBefore: string): void {
  if (what === 'stash') git(fixture, 'stash', 'pop', '--quiet', '--index');
  if (what === 'switch') git(fixture, 'switch', '--quiet', 'main');
  if (what === 'checkout') git(fixture, 'checkout', '--quiet', 'HEAD', '--', '.');
  const isReset =
    what === 'reset' &&
    git(fixture, 'rev-parse', 'refs/heads/main') === git(fixture, 'rev-parse', `${mainBefore}~1`);
  if (isReset) git(fixture, 'reset', '--quiet', '--hard', mainBefore);
}

function must(...[command = '', ...args]: string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${stderr}`);
}

function tries(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}
