import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import type { RunEnd } from '@spec-kitty/core/run/engine';
import { Fence } from '@spec-kitty/local/run/fence/fence';
import { processesOf } from '@spec-kitty/local/process/marked-processes';
import { expect, onTestFinished, test } from 'vitest';
import { agentsWorld, GOOD_WORK } from '../../testing/run/agents-world.ts';

/** What every attempt came to, in order. */
function story({ state }: RunEnd): readonly string[] {
  return state.attempts.map(({ role, end, result }) => `${role}: ${end?.how}, ${result?.result}`);
}

const DELIVERED = ['implementer: exited, handed_over', 'reviewer: exited, approved'];

test('an executable that is missing is said to be, and a person is asked', async () => {
  const world = await agentsWorld();
  const end = await world.run({ program: 'spec-kitty-no-such-agent' });
  expect(story(end)).toEqual(['implementer: not_started, void']);
  expect(end.outcome).toBe('waiting');
  expect(end.reason).toMatch(
    /^WP01 came to nothing 1 time, the last time: The agent cannot be started, .+: spec-kitty-no-such-agent/,
  );
});

test('what keeps it from starting is told with what mends it', async () => {
  const world = await agentsWorld();
  const lane = world.made.lane('lane-a');
  const leaves = `git('checkout', '--quiet', '--detach'); ${GOOD_WORK}`;
  const end = await world.run({ implementer: leaves, maxCycles: 1 });
  expect(story(end)).toEqual(['implementer: exited, not_enough', 'implementer: not_started, void']);
  expect(end.reason).toContain(`is on a detached HEAD: ${lane}. `);
  expect(end.reason).toMatch(/`git -C \S+ switch /);
});

test.skipIf(process.platform === 'win32')(
  'a file that this user may not execute is no agent, and is said not to be [needs permissions]',
  async () => {
    const world = await agentsWorld();
    const program = path.join(world.made.repository.base, 'agent');
    writeFileSync(program, '#!/bin/sh\n', { mode: 0o644 });
    const end = await world.run({ program });
    expect(story(end)).toEqual(['implementer: not_started, void']);
    expect(end.reason).toMatch(/The agent cannot be started, .*EACCES.*agent/);
  },
);

test('one that hangs is ended when its time is up, which is said with what it lacks', async () => {
  const world = await agentsWorld();
  const end = await world.run({ implementer: 'setInterval(() => {}, 1000);', timeoutMs: 1500 });
  expect(story(end)).toEqual(['implementer: timed_out, not_enough']);
  expect(end.reason).toContain('It was ended after 1.5 s. WP01 has no commit');
});

test.skipIf(process.platform === 'win32')(
  'one that ignores SIGTERM is killed, and what it has committed counts [needs signals]',
  async () => {
    const world = await agentsWorld();
    const implementer = `process.on('SIGTERM', () => {}); ${GOOD_WORK} setInterval(() => {}, 1000);`;
    const end = await world.run({ implementer, timeoutMs: 2500 });
    expect(story(end)).toEqual(['implementer: timed_out, handed_over', 'reviewer: exited, approved']);
    expect(end.state.attempts[0]?.end?.reason).toBe('It was ended after 2.5 s.');
    expect(end.outcome).toBe('complete');
    expect(end.state.attempts.flatMap(({ id }) => processesOf(id))).toEqual([]);
  },
);

test('one that floods its output delivers, and its log is cut', async () => {
  const world = await agentsWorld();
  const flood =
    "const line = Buffer.from('x'.repeat(99) + '\\n'); const block = Buffer.concat(Array(10000).fill(line));";
  const end = await world.run({
    implementer: `${flood} for (let at = 0; at < 60; at += 1) writeSync(1, block); ${GOOD_WORK}`,
  });
  expect([end.outcome, ...story(end)]).toEqual(['complete', ...DELIVERED]);
  const { size } = statSync(await world.log(end.state.attempts[0]?.id ?? ''));
  expect(size).toBeGreaterThan(1024 * 1024);
  expect(size).toBeLessThan(12 * 1024 * 1024);
});

test('a report that is no JSON claims nothing: the subtasks are open', async () => {
  const world = await agentsWorld({ subtasks: ['T001'] });
  const end = await world.run({ implementer: 'work(); say("{ subtasks_done: [T001], ");' });
  expect(story(end)).toEqual(['implementer: exited, not_enough']);
  expect(end.reason).toMatch(/T001/);
  expect(await world.made.lanes()).toEqual({ WP01: 'in_progress' });
});

test('subtasks are evidence: those that are left are named, and those that are done stay done', async () => {
  const world = await agentsWorld({ subtasks: ['T001', 'T002'] });
  const half = await world.run({ implementer: GOOD_WORK });
  expect(story(half)).toEqual(['implementer: exited, not_enough']);
  const says =
    'Subtasks are not done: T002. Do them, and name them in `subtasks_done` of the report, or say why not in `blocked`.';
  expect(half.state.attempts[0]?.result?.checks).toContainEqual({ name: 'subtasks', state: 'failed', says });
  const rest =
    'git("commit", "--quiet", "--allow-empty", "--message", "x"); say({ subtasks_done: ["t002"] });';
  const end = await world.run({ implementer: rest, resumes: true });
  expect([end.outcome, ...story(end)]).toEqual(['complete', 'implementer: exited, not_enough', ...DELIVERED]);
  expect(end.state.attempts[1]?.result?.checks).toContainEqual({
    name: 'subtasks',
    state: 'passed',
    says: 'All are told to be done: T001, T002.',
  });
});

test('output that is no JSON, where events are expected, is output', async () => {
  const world = await agentsWorld();
  const noise =
    'console.log(\'{"type":\'); console.log("[]"); console.log("null"); console.log(\'{"type":"result","usage":7}\');';
  const end = await world.run({ implementer: noise + GOOD_WORK, stream: 'claude' });
  expect([end.outcome, ...story(end)]).toEqual(['complete', ...DELIVERED]);
});

test.each([
  ['prose', '"I approve of this."'],
  ['half a verdict', '{ verdict: "approved" }'],
  ['broken JSON', '\'{"verdict": "approved", "summary": "\''],
])('a review that is %s is none, and nothing is approved', async (_, said) => {
  const world = await agentsWorld();
  const end = await world.run({ reviewer: `say(${said});` });
  expect(story(end)).toEqual(['implementer: exited, handed_over', 'reviewer: exited, void']);
  expect(end.outcome).toBe('waiting');
  expect(end.reason).toContain(
    'The reviewer left no verdict that can be read, so nothing is approved. It left: ',
  );
  expect(await world.made.lanes()).toEqual({ WP01: 'in_review' });
});

test('one that exits with 0 without any work hands nothing over, whatever it claims', async () => {
  const world = await agentsWorld({ subtasks: ['T001'] });
  const end = await world.run({ implementer: 'say({ subtasks_done: ["T001"] });' });
  expect(story(end)).toEqual(['implementer: exited, not_enough']);
  expect(end.reason).toContain('WP01 has no commit that changes a file since it was claimed');
});

test('what one has said last and what is lacking are two sentences', async () => {
  const world = await agentsWorld();
  const end = await world.run({ implementer: 'console.error("no key"); process.exit(1);' });
  expect(end.reason).toContain('It ended with 1. It says: no key. WP01 has no commit');
});

test('one that exits with 1 after good work has done good work', async () => {
  const world = await agentsWorld();
  const end = await world.run({ implementer: `${GOOD_WORK} process.exit(1);` });
  expect([end.outcome, ...story(end)]).toEqual([
    'complete',
    'implementer: failed, handed_over',
    'reviewer: exited, approved',
  ]);
  expect(end.state.attempts[0]?.end?.reason).toBe('It ended with 1.');
  expect(world.made.repository.git('show', 'main:src/a.js')).toBe('a');
});

test.skipIf(process.platform !== 'linux')(
  'one that leaves a daemon behind delivers, and the daemon is gone [needs Linux]',
  async () => {
    const world = await agentsWorld();
    const daemon = "setInterval(() => require('node:fs').writeFileSync('alive', 'x'), 20);";
    const fork = `spawn(process.execPath, ['-e', ${JSON.stringify(daemon)}], { detached: true, stdio: 'ignore', cwd: require('node:os').tmpdir() }).unref();`;
    const end = await world.run({ implementer: fork + GOOD_WORK });
    expect([end.outcome, ...story(end)]).toEqual(['complete', ...DELIVERED]);
    expect(end.state.attempts.flatMap(({ id }) => processesOf(id))).toEqual([]);
  },
);

const fence = await new Fence(
  { primary: '/', primaryGitDir: '/', commonDir: '/', worktree: '/' },
  process.env,
).state();

test.skipIf(fence.kind === 'none')(
  `one that may not write where it wants to says so, and a person is asked [needs a fence${fence.kind === 'none' ? `: ${fence.says}` : ''}]`,
  async () => {
    const world = await agentsWorld();
    const { root } = world.made.repository;
    const implementer = `
      try { writeFileSync(${JSON.stringify(path.join(root, 'README.md'))}, 'mine'); }
      catch (error) { say({ blocked: 'README.md cannot be written: ' + error.code }); process.exit(1); }
      ${GOOD_WORK}`;
    const end = await world.run({ implementer });
    expect(story(end)).toEqual(['implementer: failed, not_enough']);
    expect(end.reason).toMatch(/The agent cannot go on: README\.md cannot be written: (?:EROFS|EACCES)/);
    expect(world.made.repository.read('README.md')).toBe('# Project\n');
    expect(end.state.attempts[0]?.process?.['fence']).toBe(fence.says);
  },
);

/** A disk of its own for everything that a test makes; `undefined` where this user may not have one. */
function smallDisk(): string | undefined {
  const disk = mkdtempSync(path.join(tmpdir(), 'small-disk-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m,mode=700', 'tmpfs', disk]);
  if (status === 0) return disk;
  rmSync(disk, { recursive: true });
  return undefined;
}

function removeDisk(disk: string): void {
  spawnSync('umount', [disk]);
  rmSync(disk, { recursive: true, force: true });
}

const probe = smallDisk();
if (probe !== undefined) removeDisk(probe);

test.skipIf(probe === undefined)(
  'one that fills the disk is not the end of a run: it says so, and delivers once there is space again [needs the right to mount]',
  async () => {
    const disk = smallDisk() ?? '';
    const { TMPDIR } = process.env;
    onTestFinished(() => removeDisk(disk));
    process.env['TMPDIR'] = disk;
    const world = await agentsWorld().finally(() => {
      if (TMPDIR === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = TMPDIR;
    });
    const implementer = `
      const fill = openSync('fill.bin', 'a');
      if (existsSync('../../full')) { rmSync('fill.bin'); ${GOOD_WORK} }
      else for (const block = Buffer.alloc(1 << 16); ; ) writeSync(fill, block);`;
    const filled = await world.run({ implementer });
    expect(story(filled)).toEqual(['implementer: failed, not_enough']);
    expect(filled.reason).toContain(
      'Its log could not be written: ENOSPC. WP01 has uncommitted changes: fill.bin',
    );
    // Nothing can be done on a full disk, which is said, and nothing is broken by trying. How far it comes depends on what
    // is left of the last block of the journal.
    const full = await world.run({ implementer }).catch((error: unknown) => error);
    expect(full instanceof Fault ? full.message : (full as RunEnd).reason).toContain(
      'There is no space left to write',
    );
    expect(world.made.repository.git('fsck', '--no-dangling')).toBe('');

    rmSync(path.join(world.made.lane('lane-a'), 'fill.bin'));
    world.made.repository.write({ full: '' });
    world.made.reopen();
    // The end of a run that could not be written is written first, and tells what it was about.
    await world.run({ implementer, resumes: true });
    const end = await world.run({ implementer, resumes: true });
    expect([end.outcome, ...story(end).slice(-2)]).toEqual(['complete', ...DELIVERED]);
  },
);
