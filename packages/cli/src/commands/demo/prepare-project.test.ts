import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import { readManifest } from '@spec-kitty/core/execution-lanes/lane-context';
import { finalizeMission } from '@spec-kitty/core/finalize/finalize-mission';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { buildContext } from '../../build-context.ts';
import { EXPENSE_MODULES } from '../../demo-project/expense-modules.ts';
import { EXPENSE_REPORT } from '../../demo-project/expense-report.ts';
import { doctor } from '../doctor/doctor.ts';
import { demo } from './demo.ts';
import { prepareProject } from './prepare-project.ts';
import { ProjectCommands } from './project-commands.ts';

function world() {
  const repository = tempRepository();
  const printed = { stdout: '', stderr: '' };
  const context = buildContext({
    cwd: repository.base,
    env: repository.env,
    interactive: false,
    stdout: (text) => void (printed.stdout += text),
    stderr: (text) => void (printed.stderr += text),
  });
  const prepare = (folder: string, json = false) => demo.call(context, { prepare: folder, json });
  return { base: repository.base, env: repository.env, context, printed, prepare };
}

test('makes a project whose mission is finalized, and says where', async () => {
  const { base, env, context, printed, prepare } = world();
  await prepare('new/folder', true);
  const root = path.join(base, 'new', 'folder');
  const mission = readdirSync(path.join(root, 'kitty-specs')).find((name) =>
    name.startsWith('expense-modules-'),
  );
  expect(JSON.parse(printed.stdout)).toEqual({ repository: root, mission });
  // A warning about the plan would be here.
  expect(printed.stderr).toBe('');

  const git = (...args: string[]) =>
    spawnSync('git', args, { cwd: root, env, encoding: 'utf8' }).stdout.trimEnd();
  expect(git('status', '--porcelain')).toBe('');
  expect(git('branch', '--format=%(refname:short)')).toBe('main');
  expect(git('log', '--format=%an %ae').split('\n')).toEqual(
    Array(2).fill('Spec Kitty Demo demo@spec-kitty.invalid'),
  );
  expect(existsSync(path.join(root, '.worktrees', `${mission}-lane-a`))).toBe(false);

  const workspace = await new ProjectCommands(context, root).workspace();
  const { packages, state } = await workspace.view(mission);
  expect(packages.map(({ id }) => id)).toEqual(['WP01', 'WP02', 'WP03', 'WP04', 'WP05', 'WP06']);
  expect(packages.map(({ id }) => state.packages.get(id)?.slot.lane)).toEqual(Array(6).fill('planned'));
  const request = { mission, actor: 'test', targetBranch: undefined, validateOnly: true, commit: false };
  const { plan } = await finalizeMission(workspace, request);
  expect(plan).toMatchObject({
    edits: [],
    seeds: [],
    findings: [],
    ownershipWarnings: [],
    extractionWarnings: [],
  });
  expect(plan.coverage).toMatchObject({ totalFunctional: 6, mappedFunctional: 6 });
  expect(plan.lanes.lanes).toHaveLength(6);
});

test('the doctor finds nothing wrong with what was made', async () => {
  const { base, env, prepare } = world();
  await prepare('project');
  let stdout = '';
  const context = buildContext({
    cwd: path.join(base, 'project'),
    env,
    interactive: false,
    stdout: (text) => void (stdout += text),
    stderr: () => undefined,
  });
  await doctor.call(context, { fix: false, json: true });
  expect(JSON.parse(stdout)).toMatchObject({ healthy: true, findings: [] });
});

test('next names the first package, and all six can be claimed at once', async () => {
  const { base, context } = world();
  const commands = await prepareProject(context, path.join(base, 'project'), EXPENSE_MODULES);
  expect(await commands.next('ada')).toMatchObject({ action: 'implement', wp_id: 'WP01' });
  const packages = ['WP01', 'WP02', 'WP03', 'WP04', 'WP05', 'WP06'];
  const claims = await Promise.all(packages.map((wp) => commands.implement(`agent for ${wp}`, wp)));
  expect(new Set(claims.map(({ workspace_path: folder }) => folder)).size).toBe(6);
});

test('the mission that the demo delivers has two levels, and lanes that share a file', async () => {
  const { base, context } = world();
  const commands = await prepareProject(context, path.join(base, 'project'), EXPENSE_REPORT);
  const { lanes } = readManifest((await (await commands.workspace()).view(commands.mission)).mission);
  expect(lanes.map(({ wp_ids: ids, parallel_group: level }) => [ids.join(), level])).toEqual([
    ['WP01', 0],
    ['WP02', 0],
    ['WP03,WP05', 0],
    ['WP04', 0],
    ['WP06', 1],
  ]);
  await expect(commands.implement('ada', 'WP06')).rejects.toMatchObject({
    code: 'DEPENDENCIES_NOT_SATISFIED',
  });
});

test('trusts the validation command that it wrote, and nothing else', async () => {
  const { base, env, context } = world();
  const workspace = await (
    await prepareProject(context, path.join(base, 'project'), EXPENSE_MODULES)
  ).workspace();
  const trust = await workspace.trust();
  const items = await trust.items(await workspace.config());
  expect(items.map(({ kind }) => kind)).toEqual(['validation.command']);
  expect(items.every((item) => trust.store.isTrusted(trust.commonDir, item))).toBe(true);
  expect(trust.store.list()).toHaveLength(1);
  expect(trust.store.file).toBe(path.join(env['SPEC_KITTY_STATE_DIR'] ?? '', 'trust.json'));
});

test('the validation passes before there is code and with unrelated files, and fails with a failing test', async () => {
  const { base, env, context } = world();
  const root = path.join(base, 'project');
  const workspace = await (await prepareProject(context, root, EXPENSE_MODULES)).workspace();
  const { validationCommand = [] } = await workspace.config();
  const [program = '', ...args] = validationCommand;
  const validate = () =>
    spawnSync(program, args, { cwd: root, env: { ...env, NODE_TEST_CONTEXT: 'child-v8' } }).status;
  expect(validate()).toBe(0);

  mkdirSync(path.join(root, 'src'));
  for (const name of ['WP01.txt', 'notes.md', 'src/broken.js', 'src/other.test.js']) {
    writeFileSync(path.join(root, name), '} is not code');
  }
  expect(validate()).toBe(0);
  writeFileSync(path.join(root, 'test', 'more.test.js'), 'throw new Error("no")');
  expect(validate()).toBe(1);
});

test('a folder with files is refused and left alone, an empty one is not', async () => {
  const { base, prepare } = world();
  const root = path.join(base, 'project');
  mkdirSync(root);
  writeFileSync(path.join(root, 'mine.txt'), 'mine');
  const refused = await prepare('project').catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Fault);
  expect(refused).toMatchObject({ kind: 'refused', code: 'DIRECTORY_NOT_EMPTY' });
  expect(readdirSync(root)).toEqual(['mine.txt']);
  await expect(prepare('project/mine.txt')).rejects.toMatchObject({ code: 'NOT_A_DIRECTORY' });
  expect(readFileSync(path.join(root, 'mine.txt'), 'utf8')).toBe('mine');

  mkdirSync(path.join(base, 'empty'));
  await prepare('empty');
  expect(existsSync(path.join(base, 'empty', 'kitty-specs'))).toBe(true);
});
