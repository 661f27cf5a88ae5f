import { existsSync } from 'node:fs';
import { MissionWorld, missionWorld } from '@spec-kitty/testkit/mission-world';
import { laneRow } from '@spec-kitty/testkit/status-rows';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { askNext } from '../next/ask-next.ts';
import { claimPackage } from './claim-package.ts';

describe('in a mission with three lanes', () => {
  const world = new MissionWorld();
  const { repository } = world;
  beforeAll(async () => {
    await world.plan([
      { id: 'WP01', owns: ['src/a.js', 'src/a2.js'] },
      { id: 'WP02', owns: ['src/b.js'] },
      { id: 'WP03', owns: ['src/c.js'], dependencies: ['WP01', 'WP02'] },
      { id: 'WP04', owns: ['src/a.js'], dependencies: ['WP01'] },
      { id: 'WP05', owns: ['src/a2.js'], dependencies: ['WP01'] },
    ]);
    world.save();
  });
  beforeEach(() => world.restore());
  afterAll(() => world.dispose());

  const next = async (agent: string) =>
    claimPackage(await world.workspace(), { mission: world.directory, wp: undefined, agent });

  test('a claim makes the worktree and records agent, workspace and base in one append', async () => {
    const head = repository.git('rev-parse', 'main');
    const { workspace, fresh, lane } = await claimPackage(await world.workspace(), {
      mission: world.directory,
      wp: 'wp1',
      agent: 'claude',
      model: 'opus',
      profile: 'ada',
      policy: { sandbox_mode: 'none', base_commit: 'f00', lane_id: 'lane-z', agent: 'codex' },
    });
    expect([fresh, lane.laneId, workspace]).toEqual([
      true,
      'lane-a',
      { path: world.lane('lane-a'), branch: `kitty/mission-${world.directory}-lane-a`, head, created: true },
    ]);
    const { laneEvents, annotations } = await (await world.workspace()).log.read(world);
    expect(laneEvents.slice(-2)).toMatchObject(
      [
        ['planned', 'claimed'],
        ['claimed', 'in_progress'],
      ].map(([from_lane, to_lane]) => ({
        wp_id: 'WP01',
        from_lane,
        to_lane,
        actor: 'claude',
        execution_mode: 'worktree',
        policy_metadata: { agent: 'claude', base_commit: head, lane_id: 'lane-a', sandbox_mode: 'none' },
      })),
    );
    expect(annotations.at(-1)).toMatchObject({
      wp_id: 'WP01',
      delta: { agent: 'claude', role: 'implementer', model: 'opus', agent_profile: 'ada' },
    });
    expect(repository.git('status', '--porcelain')).toBe(
      ` M ${world.folder}/status.events.jsonl\n M ${world.folder}/status.json`,
    );
  });

  test('the same agent may ask again and gets the same; another one is told who holds it', async () => {
    const first = await world.claim('WP01');
    const again = await world.claim('WP01', 'Claude ');
    expect(again).toMatchObject({ fresh: false, workspace: { ...first.workspace, created: false } });
    await expect(world.claim('WP01', 'gemini')).rejects.toMatchObject({
      code: 'HELD_BY_OTHER',
      details: { holder: 'claude' },
    });
  });

  test('dependencies come first, and their reviewed commits are in the lane', async () => {
    await expect(world.claim('WP03')).rejects.toMatchObject({
      code: 'DEPENDENCIES_NOT_SATISFIED',
      message: expect.stringContaining('WP01 (planned), WP02 (planned)'),
      details: { unsatisfied_dependencies: ['WP01', 'WP02'] },
    });
    expect(world.hasLane('lane-c')).toBe(false);
    await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
    await world.deliver('WP02', 'lane-b', { 'src/b.js': 'b\n' });
    world.work('lane-b', { 'src/late.js': 'not reviewed\n' });
    const { workspace: place } = await world.claim('WP03');
    expect([
      existsSync(`${place.path}/src/a.js`),
      existsSync(`${place.path}/src/b.js`),
      existsSync(`${place.path}/src/late.js`),
    ]).toEqual([true, true, false]);
    expect(place.head).toBe(world.gitIn('lane-c', 'rev-parse', 'HEAD'));
  });

  test('work that the predecessor approved without naming a commit is taken from its branch', async () => {
    const workspace = await world.workspace();
    for (const [wp, lane, name] of [
      ['WP01', 'lane-a', 'a'],
      ['WP02', 'lane-b', 'b'],
    ] as const) {
      await world.claim(wp);
      world.work(lane, { [`src/${name}.js`]: name });
      await workspace.log.append(world, 'test', ({ laneEvents }) => {
        const { at } = laneEvents.at(-1) ?? laneRow(1);
        const approved = {
          wp_id: wp,
          from_lane: 'in_progress',
          to_lane: 'approved',
          at: `${at.slice(0, -7)}9${at.slice(-6)}`,
          event_id: workspace.ids.next(),
        } as const;
        return { rows: [laneRow(1, approved)], value: undefined };
      });
    }
    const { workspace: place } = await world.claim('WP03');
    expect([existsSync(`${place.path}/src/a.js`), existsSync(`${place.path}/src/b.js`)]).toEqual([
      true,
      true,
    ]);
  });

  test('two packages of one lane are worked on one after the other, on one branch', async () => {
    const commit = await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
    const { workspace } = await world.claim('WP04');
    expect(workspace).toMatchObject({ path: world.lane('lane-a'), head: commit, created: false });
    await expect(world.claim('WP05', 'gemini')).rejects.toMatchObject({
      code: 'LANE_BUSY',
      details: { lane_id: 'lane-a', busy_with: 'WP04', holder: 'claude' },
    });
    expect((await next('gemini')).wp.id).toBe('WP02');
  });

  test('without a name it is the first that can be had: past busy lanes, and finally the own one', async () => {
    expect((await next('claude')).wp.id).toBe('WP01');
    expect((await next('gemini')).wp.id).toBe('WP02');
    expect((await next('claude')).wp.id).toBe('WP01');
    await expect(next('codex')).rejects.toMatchObject({
      code: 'NO_CLAIMABLE_PACKAGE',
      details: {
        reason: 'dependencies_not_satisfied',
        lanes: { WP01: 'in_progress', WP02: 'in_progress', WP03: 'planned' },
      },
    });
  });

  test('next and a claim without a name agree, about busy lanes too, and whatever the case of the name', async () => {
    await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
    await world.claim('WP02', 'gemini');
    await world.claim('WP04', 'Claude');
    const view = await (await world.workspace()).view(world.directory);
    expect(askNext(view, 'claude')).toMatchObject({ action: 'implement', wp: 'WP04' });
    expect(await next('claude')).toMatchObject({ wp: { id: 'WP04' }, fresh: false });
    expect(askNext(view, 'codex')).toMatchObject({
      kind: 'blocked',
      failures: expect.arrayContaining(['WP05 waits for its lane, where WP04 is worked on']),
    });
    await expect(next('codex')).rejects.toMatchObject({
      code: 'NO_CLAIMABLE_PACKAGE',
      details: { reason: 'lane_busy' },
    });
  });

  test('simultaneous claims without a name get different packages', async () => {
    const claims = await Promise.all(['claude', 'gemini'].map((agent) => next(agent)));
    expect(new Set(claims.map(({ wp }) => wp.id))).toEqual(new Set(['WP01', 'WP02']));
  });

  test('a worktree that cannot be made leaves the package as it was', async () => {
    repository.write({ '.worktrees': 'a file in the way\n' });
    await expect(world.claim('WP01')).rejects.toThrow('.worktrees');
    expect(await world.lanes()).toMatchObject({ WP01: 'planned' });
  });

  test('a mission branch that was begun before is continued', async () => {
    repository.git('switch', '--quiet', '--create', `kitty/mission-${world.directory}`);
    repository.commit('begun', { 'begun.txt': '' });
    repository.git('switch', '--quiet', 'main');
    const { workspace } = await world.claim('WP01');
    expect(existsSync(`${workspace.path}/begun.txt`)).toBe(true);
  });

  test('from another branch the claim names the one that has the plan', async () => {
    repository.git('switch', '--quiet', '--orphan', 'elsewhere');
    await expect(world.claim('WP01')).rejects.toMatchObject({
      code: 'MISSION_NOT_ON_BRANCH',
      details: { branch: 'main' },
    });
    repository.git('switch', '--quiet', '--force', 'main');
    expect((await world.claim('WP01')).fresh).toBe(true);
  });

  test('a package whose file is broken is not handed out', async () => {
    repository.write({ [`${world.folder}/tasks/WP02-package.md`]: '---\ntitle: [\n---\n' });
    await expect(world.claim('WP02')).rejects.toMatchObject({ code: 'WP_FILE_INVALID' });
    await expect(world.claim('WP09')).rejects.toMatchObject({
      code: 'WP_NOT_FOUND',
      details: { candidates: ['WP01', 'WP02', 'WP03', 'WP04', 'WP05'] },
    });
  });
});

test('lanes of a numbered mission with an id: the branch that exists is used, in either form', async () => {
  const world = missionWorld({ directory: '079-post', missionId: '01KQ47E83M8Q4T5X6Y7Z8A9B0C' });
  await world.plan([
    { id: 'WP01', owns: ['src/a.js'] },
    { id: 'WP02', owns: ['src/b.js'] },
    { id: 'WP03', owns: ['src/c.js'] },
  ]);
  world.repository.git('branch', 'kitty/mission-079-post-lane-a');
  world.repository.git('branch', 'kitty/mission-post-01KQ47E8-lane-b');
  const branches = [];
  for (const wp of ['WP01', 'WP02', 'WP03']) branches.push((await world.claim(wp)).workspace.branch);
  expect(branches).toEqual([
    'kitty/mission-079-post-lane-a',
    'kitty/mission-post-01KQ47E8-lane-b',
    'kitty/mission-079-post-lane-c',
  ]);
});

test('what keeps Git from seeing worktrees comes back with the next claim, also of what one has', async () => {
  const world = missionWorld();
  await world.plan([{ id: 'WP01', owns: ['src/a.js'] }]);
  await world.claim('WP01');
  world.repository.git('clean', '-fdxq');
  expect(world.repository.git('status', '--porcelain')).toContain('.worktrees');
  await world.claim('WP01');
  expect(world.repository.git('status', '--porcelain')).not.toContain('.worktrees');
});

test('a mission that is not finalized has nothing to claim', async () => {
  const world = missionWorld();
  world.repository.commit('plan', {
    [`${world.folder}/meta.json`]: JSON.stringify({ mission_id: world.missionId, target_branch: 'main' }),
  });
  await expect(world.claim('WP01')).rejects.toMatchObject({ code: 'WP_NOT_FOUND' });
  world.repository.write({
    [`${world.folder}/tasks/WP01-a.md`]: '---\nwork_package_id: WP01\ntitle: A\n---\n',
  });
  await expect(world.claim('WP01')).rejects.toMatchObject({
    code: 'NOT_FINALIZED',
    hints: [expect.stringContaining('finalize-tasks')],
  });
});

test.each(['setup: [npm, ci]', 'copy: [.env]'])(
  'what the worktree would be prepared with has to be trusted before there is one: %s',
  async (setting) => {
    const world = missionWorld();
    await world.plan([{ id: 'WP01', owns: ['src/a.js'] }], {
      '.kittify/config.yaml': `workspace:\n  ${setting}\n`,
      '.env': '',
    });
    await expect(world.claim('WP01')).rejects.toMatchObject({ code: 'NOT_TRUSTED' });
    expect([world.hasLane('lane-a'), world.repository.git('branch', '--list', 'kitty/*')]).toEqual([
      false,
      '',
    ]);
    expect(world.repository.git('worktree', 'list').split('\n')).toHaveLength(1);
  },
);

describe('a lane that has had work and whose branch is gone', () => {
  const world = new MissionWorld();
  const { repository } = world;
  const branch = `kitty/mission-${world.directory}-lane-a`;
  let commit = '';
  beforeAll(async () => {
    await world.plan([{ id: 'WP01', owns: ['src/**'] }]);
    commit = await world.deliver('WP01', 'lane-a', { 'src/a.js': 'a\n' });
    await world.move('WP01', 'planned', { feedback: 'not yet' });
    repository.git('worktree', 'remove', world.lane('lane-a'));
    repository.git('branch', '--quiet', '-D', branch);
    world.save();
  });
  beforeEach(() => world.restore());
  afterAll(() => world.dispose());

  test('goes on from what was handed in', async () => {
    expect((await world.claim('WP01')).workspace).toMatchObject({ branch, head: commit, created: true });
    expect(existsSync(`${world.lane('lane-a')}/src/a.js`)).toBe(true);
  });

  test('goes on from where another clone has pushed it', async () => {
    repository.git('update-ref', '-d', `refs/spec-kitty/recorded/${world.missionId}/WP01`);
    const more = repository.git('commit-tree', `${commit}^{tree}`, '-p', commit, '-m', 'more');
    repository.git('update-ref', `refs/remotes/origin/${branch}`, more);
    expect((await world.claim('WP01')).workspace).toMatchObject({ head: more });
  });

  test('is not begun without it, nor with one of two that part', async () => {
    const apart = repository.git('commit-tree', 'main^{tree}', '-p', 'main', '-m', 'apart');
    repository.git('update-ref', `refs/remotes/origin/${branch}`, apart);
    const missing = { code: 'LANE_WORK_MISSING', details: { lane_id: 'lane-a', branch } };
    await expect(world.claim('WP01')).rejects.toMatchObject({
      ...missing,
      message: expect.stringContaining('are not on one line'),
    });
    repository.git('update-ref', '-d', `refs/remotes/origin/${branch}`);
    const refs = repository.git('for-each-ref', '--format=%(refname)', 'refs/spec-kitty').split('\n');
    for (const ref of refs) repository.git('update-ref', '-d', ref);
    repository.git('reflog', 'expire', '--expire=now', '--all');
    repository.git('gc', '--quiet', '--prune=now');
    await expect(world.claim('WP01')).rejects.toMatchObject({
      ...missing,
      message: expect.stringContaining(`what was handed in of WP01 (${commit}) is not in this repository`),
    });
    expect([await world.lanes(), world.hasLane('lane-a')]).toEqual([{ WP01: 'planned' }, false]);
  });
});
