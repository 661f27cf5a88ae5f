import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { addNote } from '@spec-kitty/core/annotations/add-note';
import { requireCheckedOut } from '@spec-kitty/core/mission/require-branch';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { laneRow } from '@spec-kitty/testkit/status-rows';
import { expect, test } from 'vitest';
import { SystemClock } from '../clock/system-clock.ts';
import { UlidIds } from '../clock/ulid-ids.ts';
import { openWorkspace } from '../workspace/open-workspace.ts';

const MISSION = { missionId: '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C', directory: 'invoice-export-01KE6Z2V' };
const ROOT = `kitty-specs/${MISSION.directory}`;
const WP = '---\nwork_package_id: WP01\ntitle: Export – ä\ndependencies: []\nsubtasks: []\n---\n\nText.\n';

/** A mission with one event, not committed yet. */
async function world() {
  const repository = tempRepository();
  repository.commit('first', { 'README.md': '' });
  repository.write({
    [`${ROOT}/meta.json`]: JSON.stringify({ mission_id: MISSION.missionId, target_branch: 'main' }),
    [`${ROOT}/tasks/WP01-export.md`]: WP,
    [`${ROOT}/spec.md`]: `${'ä'.repeat(70_000)}\n`,
  });
  const warnings: string[] = [];
  const open = () =>
    openWorkspace({
      cwd: repository.root,
      env: repository.env,
      clock: new SystemClock(),
      ids: new UlidIds(),
      interactive: false,
      warn: (message) => warnings.push(message),
    });
  const workspace = await open();
  await workspace.log.append(MISSION, 'test', () => ({
    rows: [laneRow(1, { to_lane: 'planned', from_lane: 'genesis' })],
    value: undefined,
  }));
  return { repository, workspace, warnings, open };
}

test('from another branch: plan and state are read, notes are written, and what needs the files names the branch', async () => {
  const { repository, workspace, warnings } = await world();
  repository.commit('mission');
  repository.git('switch', '--quiet', '--create', 'elsewhere', 'HEAD~1');

  const { mission, packages, state } = await workspace.view('invoice-export');
  expect(mission).toMatchObject({
    ...MISSION,
    checkedOut: false,
    branch: 'main',
    meta: { target_branch: 'main' },
  });
  expect(packages.map(({ id, title }) => [id, title])).toEqual([['WP01', 'Export – ä']]);
  expect(state.packages.get('WP01')?.slot.lane).toBe('planned');
  expect(mission.files.read('spec.md')).toBe(`${'ä'.repeat(70_000)}\n`);
  expect([mission.files.read('plan.md'), mission.files.list('tasks'), mission.files.list('absent')]).toEqual([
    undefined,
    ['WP01-export.md'],
    [],
  ]);

  await addNote(workspace, { mission: 'invoice-export', wp: 'WP01', note: 'Looks fine.', actor: 'ada' });
  const { state: after } = await workspace.view(MISSION.missionId);
  expect(after.packages.get('WP01')?.slot.notes).toEqual([expect.stringContaining('Looks fine.')]);
  expect([existsSync(path.join(repository.root, 'kitty-specs')), warnings]).toEqual([false, []]);

  expect(() => requireCheckedOut(mission, 'elsewhere')).toThrow(
    expect.objectContaining({
      code: 'MISSION_NOT_ON_BRANCH',
      message: expect.stringContaining('are on main, and elsewhere is checked out'),
      hints: [expect.stringContaining('git switch main'), expect.any(String)],
      details: { branch: 'main', current_branch: 'elsewhere' },
    }),
  );
});

test('the branch that the mission targets is asked before others that have it', async () => {
  const { repository, workspace } = await world();
  repository.commit('mission', { [`${ROOT}/plan.md`]: 'old' });
  repository.git('branch', 'archive');
  repository.commit('plan', { [`${ROOT}/plan.md`]: 'new' });
  repository.git('switch', '--quiet', '--detach', 'HEAD~2');
  const { mission } = await workspace.view('invoice-export');
  expect([mission.branch, mission.files.read('plan.md')]).toEqual(['main', 'new']);
});

test('a branch that only the remote has', async () => {
  const { repository, workspace } = await world();
  repository.commit('mission');
  repository.git('update-ref', 'refs/remotes/origin/feat/export', 'main');
  repository.git('reset', '--quiet', '--hard', 'HEAD~1');
  expect((await workspace.view('01KE6Z2V')).mission.branch).toBe('feat/export');
});

test('stashed before the first commit: events and notes still work, and the hint brings the files back', async () => {
  const { repository, workspace } = await world();
  repository.git('stash', '--quiet', '--include-untracked');
  const { mission, packages, state } = await workspace.view('invoice-export');
  expect(mission).toMatchObject({ ...MISSION, checkedOut: false, branch: undefined });
  expect([packages.map(({ id }) => id), state.packages.get('WP01')?.slot.lane]).toEqual([
    ['WP01'],
    'planned',
  ]);
  expect(() => requireCheckedOut(mission, 'main')).toThrow(
    expect.objectContaining({
      code: 'MISSION_NOT_ON_BRANCH',
      hints: [
        `Bring them back with \`git restore --source=${repository.git('rev-parse', 'stash^3')} -- ${ROOT}\`.`,
        expect.stringContaining('agent mission abandon'),
        expect.any(String),
      ],
    }),
  );

  await workspace.log.append(MISSION, 'test', () => ({ rows: [laneRow(2)], value: undefined }));
  repository.git('stash', 'pop', '--quiet');
  expect((await workspace.view('invoice-export')).state.packages.get('WP01')?.slot.lane).toBe('claimed');
});

test('removed from the checkout by hand: the hint restores it', async () => {
  const { repository, workspace } = await world();
  repository.commit('mission');
  rmSync(path.join(repository.root, ROOT), { recursive: true });
  const { mission } = await workspace.view('invoice-export');
  const fault = (() => {
    try {
      return requireCheckedOut(mission, 'main');
    } catch (error) {
      return error as { hints: string[] };
    }
  })();
  const command = /`git ([^`]+)`/.exec(fault?.hints[0] ?? '')?.[1] ?? '';
  repository.git(...command.split(' '));
  expect((await workspace.view('invoice-export')).mission.checkedOut).toBe(true);
});

test('a log that a switch has left behind does not hide where the files are', async () => {
  const { repository, workspace } = await world();
  repository.git('add', `${ROOT}/meta.json`, `${ROOT}/tasks`);
  repository.git('commit', '--quiet', '--message', 'mission without its log');
  repository.git('switch', '--quiet', '--create', 'elsewhere', 'HEAD~1');
  expect(existsSync(path.join(repository.root, ROOT, 'status.events.jsonl'))).toBe(true);
  expect((await workspace.view(MISSION.directory)).mission).toMatchObject({
    checkedOut: false,
    branch: 'main',
  });
});

test('a damaged journal of another mission hides nothing; two missions of one name are told apart', async () => {
  const { repository, workspace } = await world();
  const twin = { missionId: '01KE6Z3X3M8Q4T5X6Y7Z8A9B0C', directory: 'invoice-export-01KE6Z3X' };
  await workspace.log.append(twin, 'test', () => ({
    rows: [laneRow(5, { mission_slug: twin.directory })],
    value: undefined,
  }));
  repository.write({ '.git/spec-kitty/journal/01KE6Z4Y3M8Q4T5X6Y7Z8A9B0C.jsonl': '\0{"broken' });
  repository.git('stash', '--quiet', '--include-untracked');
  await expect(workspace.view('invoice-export')).rejects.toMatchObject({
    code: 'MISSION_AMBIGUOUS_SELECTOR',
    details: { candidates: [{ slug: MISSION.directory }, { slug: twin.directory }] },
  });
  expect((await workspace.view(twin.directory)).mission.missionId).toBe(twin.missionId);
  await expect(workspace.view('absent')).rejects.toMatchObject({
    code: 'MISSION_NOT_FOUND',
    details: { candidates: [{ slug: MISSION.directory }, { slug: twin.directory }] },
  });
});
