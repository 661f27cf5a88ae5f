import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { MissionWorld, missionWorld } from '@spec-kitty/testkit/mission-world';
import { withChanges } from '@spec-kitty/testkit/with-changes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatInstant } from '../instant.ts';
import { parseInstant } from '../parse-instant.ts';
import { mergeMission } from './merge-mission.ts';

// Two lanes with approved and accepted work; made once, and put back for every test.
const world = new MissionWorld();
const { repository } = world;
beforeAll(async () => {
  await world.plan(
    [
      { id: 'WP01', owns: ['src/a.js'] },
      { id: 'WP02', owns: ['src/b.js'] },
    ],
    { '.kittify/config.yaml': 'project: {}\n' },
  );
  await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
  await world.deliver('WP02', 'lane-b', { 'src/b.js': 'b\n' });
  await world.accept();
  world.save();
});
afterAll(() => world.dispose());

/** Branches, worktrees and what is uncommitted: what a refused merge must leave alone. */
function refs(): string {
  return ['for-each-ref refs/heads', 'worktree list', 'status --porcelain']
    .map((command) => repository.git(...command.split(' ')))
    .join('\n');
}

async function configure(settings: string, { trusted = true } = {}): Promise<void> {
  world.restore();
  repository.commit('settings', { '.kittify/config.yaml': settings });
  const workspace = await world.workspace();
  const trust = await workspace.trust();
  if (trusted) await trust.allow(await trust.items(await workspace.config()));
}

const validation = (script: string) =>
  `validation:\n  command: ${JSON.stringify([process.execPath, '-e', script])}\n`;
const BOTH =
  "const fs = require('fs'); process.exit(fs.existsSync('src/a.js') && fs.existsSync('src/b.js') ? 0 : 1)";

test('the validation sees the merged result, prepared like a lane, and lets it land', async () => {
  await configure(
    `${validation(BOTH.replace('fs.existsSync', "fs.existsSync('.env') && fs.existsSync"))}workspace:\n  copy: [.env]\n`,
  );
  repository.write({ '.env': 'x', '.git/info/exclude': '.env\n' });
  const merged = await world.merge();
  expect(merged.validation).toMatchObject({ log: expect.stringContaining('spec-kitty') });
  expect(repository.git('ls-tree', '-r', '--name-only', 'main')).not.toContain('.env');
});

test('a failing validation moves nothing and shows what it said', async () => {
  await configure(validation("console.error('2 tests failed'); process.exit(4)"));
  const before = refs();
  await expect(world.merge()).rejects.toMatchObject({
    code: 'VALIDATION_FAILED',
    message: expect.stringMatching(/^The validation of the merged result failed: .*$/),
    hints: [
      expect.stringContaining('Nothing was moved'),
      expect.stringContaining('agent tasks move-task <WPnn> --to planned'),
    ],
    details: { exit_code: 4, output: '2 tests failed', log: expect.stringMatching(/logs.merge-.*\.log$/) },
  });
  expect([refs(), await world.lanes()]).toEqual([before, { WP01: 'approved', WP02: 'approved' }]);
  expect(existsSync(path.join(repository.root, '.git/spec-kitty/scratch', `merge-${world.missionId}`))).toBe(
    false,
  );
});

test('one that is not trusted, cannot be started or is killed moves nothing', async () => {
  await configure(validation('process.exit(0)'), { trusted: false });
  const before = refs();
  await expect(world.merge()).rejects.toMatchObject({
    code: 'NOT_TRUSTED',
    details: { kind: 'validation.command' },
    hints: [expect.stringContaining('spec-kitty trust allow')],
  });
  expect(refs()).toBe(before);
  await configure('validation:\n  command: [no-such-command-anywhere]\n');
  await expect(world.merge()).rejects.toMatchObject({
    code: 'VALIDATION_NOT_RUN',
    hints: [expect.not.stringContaining('.log')],
    details: { log: null },
  });
  await configure(validation("process.kill(process.pid, 'SIGKILL')"));
  await expect(world.merge()).rejects.toMatchObject({
    code: 'VALIDATION_NOT_RUN',
    hints: [expect.any(String), expect.stringMatching(/printed is in .+\/logs\/merge-.+\.log\./)],
  });
  expect(await world.lanes()).toEqual({ WP01: 'approved', WP02: 'approved' });
});

test('what is asked of a result is what its target says, whatever is checked out', async () => {
  await configure(`${validation('process.exit(3)')}merge:\n  strategy: merge\n`);
  repository.git('switch', '--quiet', '--create', 'feature');
  repository.commit('other settings', { '.kittify/config.yaml': 'project: {}\n' });
  for (const state of [[], ['--detach']]) {
    repository.git('switch', '--quiet', ...state, 'feature');
    world.reopen();
    for (const more of [{}, { destination: 'branch' as const }, { dryRun: true }])
      await expect(world.merge(more)).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
  }
  await configure(`${validation('process.exit(0)')}merge:\n  strategy: merge\n`, { trusted: false });
  repository.git('rm', '--quiet', '--cached', '.kittify/config.yaml');
  repository.write({ '.kittify/config.yaml': 'project: {}\n' });
  await expect(world.merge()).rejects.toMatchObject({
    code: 'NOT_TRUSTED',
    message: expect.stringContaining('on main'),
    hints: expect.arrayContaining([expect.stringContaining('`git switch main`')]),
  });
});

test('whatever the validation leaves behind does not get into the merge', async () => {
  await configure(
    validation(
      "const fs = require('fs'); fs.writeFileSync('src/a.js', 'broken'); fs.writeFileSync('junk', '')",
    ),
  );
  await world.merge();
  expect([repository.read('src/a.js'), existsSync(path.join(repository.root, 'junk'))]).toEqual([
    'a\n',
    false,
  ]);
});

test('a target that moves while the merge is made stops it; the next run goes through', async () => {
  const file = path.join(repository.root, 'meanwhile.txt');
  const git = `require('child_process').execFileSync('git', ['-C', ${JSON.stringify(repository.root)}, 'commit', '-qm', 'meanwhile', '--allow-empty'])`;
  await configure(
    validation(
      `if (!require('fs').existsSync(${JSON.stringify(file)})) { require('fs').writeFileSync(${JSON.stringify(file)}, ''); ${git} }`,
    ),
  );
  repository.git('config', '--global', 'user.name', 'Test Person');
  await expect(world.merge()).rejects.toMatchObject({ code: 'TARGET_MOVED' });
  expect(repository.git('log', '-1', '--format=%s')).toBe('meanwhile');
  expect([repository.git('status', '--porcelain'), await world.lanes()]).toEqual([
    '?? meanwhile.txt',
    { WP01: 'approved', WP02: 'approved' },
  ]);
  await world.merge();
  expect(repository.read('src/a.js')).toBe('a\n');
});

test('a target that was begun anew has nothing in common with the lanes: what to do is said', async () => {
  world.restore();
  const tree = repository.git('rev-parse', 'main^{tree}');
  repository.git('update-ref', 'refs/heads/main', repository.git('commit-tree', tree, '-m', 'Anew'));
  for (const dryRun of [true, false])
    await expect(world.merge({ dryRun })).rejects.toMatchObject({
      code: 'UNRELATED_HISTORIES',
      details: { lane_id: 'lane-a' },
      hints: [
        expect.stringContaining('git reflog show main'),
        expect.stringMatching(/rebase --onto main .+ --to for_review/),
      ],
    });
});

test('in a shallow clone the commits before are missing, and are to be fetched', async () => {
  world.restore();
  const tip = repository.commit('On', { 'on.txt': 'on\n' });
  repository.write({ '.git/shallow': `${tip}\n` });
  await expect(world.merge()).rejects.toMatchObject({
    code: 'UNRELATED_HISTORIES',
    message: expect.stringContaining('shallow clone'),
    hints: [expect.stringContaining('`git fetch --unshallow`')],
  });
});

test('a lane that somebody commits to during the validation stops it', async () => {
  const lane = JSON.stringify(world.lane('lane-a'));
  await configure(
    validation(
      `require('child_process').execFileSync('git', ['-C', ${lane}, 'commit', '-qm', 'late', '--allow-empty'])`,
    ),
  );
  repository.git('config', '--global', 'user.name', 'Test Person');
  const main = repository.git('rev-parse', 'main');
  for (const destination of ['branch', 'target'] as const)
    await expect(world.merge({ destination })).rejects.toMatchObject({
      code: 'UNREVIEWED_COMMITS',
      details: { lane_id: 'lane-a', wp_id: 'WP01' },
    });
  expect([repository.git('rev-parse', 'main'), await world.lanes()]).toEqual([
    main,
    { WP01: 'approved', WP02: 'approved' },
  ]);
});

test('a package that somebody moves while the merge is made stops it', async () => {
  await configure(validation('process.exit(0)'));
  const meddling = withChanges(await world.workspace(), {
    requireTrust: async () => {
      await world.move('WP01', 'in_progress', { force: true, note: 'again', agent: 'ada' });
    },
  });
  const before = repository.git('rev-parse', 'main');
  const merging = mergeMission(meddling, world.mergeRequest());
  await expect(merging).rejects.toMatchObject({ code: 'PACKAGE_MOVED', details: { wp_id: 'WP01' } });
  expect(repository.git('rev-parse', 'main')).toBe(before);
});

test('an approved commit that is gone is named', async () => {
  world.restore();
  const commit = repository.git('rev-parse', `refs/spec-kitty/recorded/${world.missionId}/WP02`);
  repository.git('worktree', 'remove', world.lane('lane-b'));
  repository.git('update-ref', '-d', `refs/spec-kitty/recorded/${world.missionId}/WP02`);
  repository.git('update-ref', '-d', `refs/heads/kitty/mission-${world.directory}-lane-b`);
  repository.git('reflog', 'expire', '--expire=now', '--all');
  repository.git('gc', '--quiet', '--prune=now');
  await expect(world.merge()).rejects.toMatchObject({
    code: 'REVIEWED_COMMIT_LOST',
    details: { wp_id: 'WP02', commit, lane_id: 'lane-b' },
  });
});

/** Runs the Git commands that hints name, in order. */
function follow(hints: readonly string[]): void {
  for (const hint of hints) {
    const command = /`(git [^`]+)`/.exec(hint)?.[1];
    if (command !== undefined) execFileSync('sh', ['-c', command], { env: repository.env, stdio: 'pipe' });
  }
}

const caught = (promise: Promise<unknown>) =>
  promise.then(
    () => ({ code: 'none', hints: [] as string[] }),
    (error: { code: string; hints: string[] }) => error,
  );

test('a lane that touches files of Spec Kitty is refused for review, and the hints repair it', async () => {
  const mine = missionWorld();
  await mine.plan([{ id: 'WP01', owns: ['src/a.js'] }], { '.kittify/config.yaml': 'project: {}\n' });
  await mine.claim('WP01');
  mine.work('lane-a', {
    'src/a.js': 'a\n',
    [`${mine.folder}/spec.md`]: 'mine\n',
    '.kittify/new.txt': 'x',
    'kitty-specs/x/y.md': '',
  });
  const fault = await caught(mine.move('WP01', 'for_review', { agent: 'claude' }));
  expect(fault).toMatchObject({
    code: 'LANE_TOUCHES_STATE',
    details: {
      lane_id: 'lane-a',
      paths: ['.kittify/new.txt', `${mine.folder}/spec.md`, 'kitty-specs/x/y.md'],
    },
  });
  for (const hint of fault.hints) {
    const command = /`(git [^`]+)`/.exec(hint)?.[1];
    if (command !== undefined)
      execFileSync('sh', ['-c', command], { env: mine.repository.env, stdio: 'pipe' });
  }
  expect(mine.gitIn('lane-a', 'status', '--porcelain')).toBe('');
  await mine.move('WP01', 'for_review', { agent: 'claude' });
  expect(await mine.lanes()).toEqual({ WP01: 'for_review' });
});

test('and at the merge, when it got past the review; what came from the target does not count', async () => {
  world.restore();
  repository.commit('planning goes on', { [`${world.folder}/notes.md`]: 'notes\n' });
  world.gitIn('lane-a', 'merge', '--quiet', '--no-edit', 'main');
  world.work('lane-b', { [`${world.folder}/spec.md`]: 'mine\n' });
  for (const wp of ['WP01', 'WP02']) {
    await world.move(wp, 'for_review', { force: true, note: 'test', agent: 'ada' });
    const lane = wp === 'WP01' ? 'lane-a' : 'lane-b';
    const policy = { commit: world.gitIn(lane, 'rev-parse', 'HEAD') };
    await approveAt(wp, policy);
  }
  // What a merge is certain to refuse is not accepted either.
  expect(await caught(world.accept())).toMatchObject({ code: 'LANE_TOUCHES_STATE' });
  const before = refs();
  const fault = await caught(world.merge({ withoutAcceptance: true }));
  expect(fault).toMatchObject({
    code: 'LANE_TOUCHES_STATE',
    details: { lane_id: 'lane-b', paths: [`${world.folder}/spec.md`] },
  });
  expect(refs()).toBe(before);

  follow(fault.hints);
  expect(fault.hints.at(-1)).toContain('agent tasks move-task WP02 --to for_review');
  await world.move('WP02', 'for_review');
  await world.review('WP02', 'dora');
  await world.move('WP02', 'approved', { agent: 'dora', note: 'fine' });
  await world.accept();
  await world.merge();
  expect(await world.lanes()).toEqual({ WP01: 'done', WP02: 'done' });
  expect(repository.git('status', '--porcelain')).toBe('');
});

/** Records an approval of a commit that nobody checked, as a forced move or another tool can. */
async function approveAt(wp: string, policy: { readonly commit: string }): Promise<void> {
  const workspace = await world.workspace();
  const { laneEvents } = await workspace.log.read(world);
  const last = laneEvents.findLast((event) => event.wp_id === wp);
  if (!last) throw new Error('no event');
  const event_id = `${last.event_id.slice(0, -2)}ZZ`;
  const at = formatInstant((parseInstant(last.at) ?? 0) + 1);
  const approval = {
    ...last,
    event_id,
    at,
    from_lane: 'for_review',
    to_lane: 'approved',
    policy_metadata: policy,
  } as const;
  await workspace.log.append(world, 'test', () => ({ rows: [approval], value: undefined }));
}

test('a user who signs commits signs every commit of the merge', async () => {
  world.restore();
  const program = path.join(repository.base, 'gpg');
  writeFileSync(
    program,
    "#!/bin/sh\ncat > /dev/null\necho '[GNUPG:] SIG_CREATED ' >&2\necho '-----BEGIN PGP SIGNATURE-----'\n",
    { mode: 0o755 },
  );
  repository.git('config', '--global', 'gpg.program', program);
  repository.git('config', '--global', 'commit.gpgSign', 'true');
  const before = repository.git('rev-parse', 'main');
  await world.merge({ strategy: 'merge' });
  const made = repository.git('rev-list', '--first-parent', `${before}..main`).split('\n');
  expect(made).toHaveLength(3);
  for (const commit of made) expect(repository.git('cat-file', 'commit', commit)).toContain('\ngpgsig ');
});

test('without a key for signing nothing is merged', async () => {
  world.restore();
  repository.git('config', 'commit.gpgSign', 'true');
  repository.git('config', 'user.signingKey', 'nobody@example.invalid');
  const before = refs();
  await expect(world.merge()).rejects.toMatchObject({ code: 'SIGNING_FAILED' });
  expect([refs(), repository.git('status', '--porcelain')]).toEqual([before, '']);
});

test('without an identity nothing is merged', async () => {
  world.restore();
  for (const name of ['user.name', 'user.email']) repository.git('config', '--global', '--unset', name);
  repository.git('config', '--global', 'user.useConfigOnly', 'true');
  const before = refs();
  await expect(world.merge()).rejects.toMatchObject({ code: 'GIT_IDENTITY_MISSING' });
  expect([refs(), await world.lanes()]).toEqual([before, { WP01: 'approved', WP02: 'approved' }]);
});

test('a target without the mission gets no part of its files', async () => {
  world.restore();
  repository.git('branch', 'plans');
  repository.git('rm', '--quiet', '-r', world.folder);
  repository.git('commit', '--quiet', '--message', 'not here');
  repository.git('switch', '--quiet', 'plans');
  const before = refs();
  for (const dryRun of [true, false]) {
    await expect(world.merge({ dryRun })).rejects.toMatchObject({
      code: 'MISSION_NOT_ON_BRANCH',
      hints: [expect.stringContaining('git switch main')],
      details: { target_branch: 'main' },
    });
  }
  expect(refs()).toBe(before);
});

test('a package that is dropped after the acceptance asks for another one', async () => {
  world.restore();
  await world.move('WP02', 'canceled', { agent: 'eve', note: 'not wanted' });
  await expect(world.merge()).rejects.toMatchObject({ code: 'ACCEPTANCE_REQUIRED' });
  await world.accept();
  expect((await world.merge()).plan.completes).toEqual(['WP01']);
});

test('an event that says something else on the target than here stops the merge', async () => {
  world.restore();
  const file = `${world.folder}/status.events.jsonl`;
  const own = repository.read(file);
  const other = own.replace('"actor": "claude"', '"actor": "mallory"');
  expect(other).not.toBe(own);
  repository.commit('another history', { [file]: other });
  repository.write({ [file]: own });
  const line = other.split('\n').findIndex((row) => row.includes('mallory')) + 1;
  await expect(world.merge()).rejects.toMatchObject({
    code: 'LOG_CORRUPT',
    details: { file: `main:${file}`, line },
  });
  expect(await world.lanes()).toEqual({ WP01: 'approved', WP02: 'approved' });
});
