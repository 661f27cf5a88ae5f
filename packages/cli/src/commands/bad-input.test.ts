import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type CliWorld, cliWorld, runCli, runJson } from '../testing/run-cli.ts';
import { SAMPLE, sampleFiles, writeSample } from '../testing/sample-mission.ts';

/** Commands that read or mark one mission, as they are typed without `--mission`; the ones marked read no package. */
const COMMANDS: readonly (readonly [command: string, reads: 'packages' | 'log' | 'plan'])[] = [
  ['status', 'packages'],
  ['agent tasks status', 'packages'],
  ['agent tasks list-tasks', 'packages'],
  ['agent tasks mark-status T001 --status done', 'packages'],
  ['agent tasks add-history WP01 --note x', 'packages'],
  ['agent tasks list-dependents WP01', 'packages'],
  ['agent tasks map-requirements --wp WP01 --refs FR-001', 'packages'],
  ['agent tasks validate-workflow WP01', 'packages'],
  ['agent status emit WP04 --to blocked --actor ada', 'packages'],
  ['agent status materialize', 'log'],
  ['agent status validate', 'log'],
  ['agent status doctor', 'log'],
  ['agent mission graph', 'plan'],
];

const ROOT = `kitty-specs/${SAMPLE}`;
const LOG = `${ROOT}/status.events.jsonl`;
const META = `${ROOT}/meta.json`;

const argv = (command: string) => command.split(' ');

function sampleWorld(files: Readonly<Record<string, string>> = {}): CliWorld {
  const world = cliWorld();
  writeSample(world.repository, { ...sampleFiles(), ...files });
  return world;
}

/** A second mission whose human name is the same. */
function twin(): Readonly<Record<string, string>> {
  const meta = (sampleFiles()[META] ?? '').replaceAll('01KE6Z2V', '01KE6Z2W');
  return { 'kitty-specs/invoice-export-01KE6Z2W/meta.json': meta };
}

test.for(COMMANDS)('%s: an unknown handle lists the candidates', async ([command]) => {
  const world = sampleWorld();
  expect(await runJson(world, [...argv(command), '--mission', 'nothing'])).toMatchObject({
    exitCode: 1,
    document: { error_code: 'MISSION_NOT_FOUND', handle: 'nothing', candidates: [{ slug: SAMPLE }] },
  });
  const { stderr, stdout } = await runCli(world, [...argv(command), '--mission', '../outside']);
  expect(stderr).toMatch(/^Error: .*\[MISSION_NOT_FOUND\]\nHint: /);
  expect(stdout).toBe('');
});

test.for(COMMANDS)('%s: an ambiguous handle, and none, list the candidates', async ([command]) => {
  const world = sampleWorld(twin());
  expect(await runJson(world, [...argv(command), '--mission', 'invoice-export'])).toMatchObject({
    exitCode: 1,
    document: {
      error_code: 'MISSION_AMBIGUOUS_SELECTOR',
      candidates: [{ mid8: '01KE6Z2V' }, { mid8: '01KE6Z2W' }],
    },
  });
  expect(await runJson(world, argv(command))).toMatchObject({
    exitCode: 2,
    document: { error_code: 'MISSION_REQUIRED' },
  });
});

test.for(COMMANDS)(
  '%s: a corrupt line is named with file and line, and nothing is rewritten',
  async ([command, reads]) => {
    const world = sampleWorld();
    const text = `${world.repository.read(LOG)}{"wp_id": "WP01", "event_id\n`;
    world.repository.write({ [LOG]: text });
    const { exitCode, document } = await runJson(world, argv(command));
    const known = { error_code: 'LOG_CORRUPT', file: LOG, line: 14 };
    const finding = {
      severity: 'error',
      category: 'corrupt_log',
      message: expect.stringContaining(`line 14 of ${LOG}`) as string,
    };
    if (reads === 'plan') expect(exitCode).toBe(0);
    else expect(document).toMatchObject(command.endsWith('doctor') ? { findings: [finding] } : known);
    if (reads !== 'plan') expect(exitCode).toBe(1);
    expect(world.repository.read(LOG)).toBe(text);
    expect(world.repository.git('status', '--porcelain')).toBe(` M ${LOG}`);
  },
);

test.for(COMMANDS)('%s: a missing and a damaged meta.json are named', async ([command]) => {
  const world = sampleWorld();
  world.repository.write({ [META]: '{"mission_id": ' });
  expect(await runJson(world, [...argv(command), '--mission', SAMPLE])).toMatchObject({
    exitCode: 1,
    document: { error_code: 'META_CORRUPT', file: META },
  });
  rmSync(path.join(world.repository.root, META));
  expect(await runJson(world, [...argv(command), '--mission', SAMPLE])).toMatchObject({
    exitCode: 1,
    document: { error_code: 'META_MISSING', file: META },
  });
});

test.for(COMMANDS)('%s: a package file that is not UTF-8 is named', async ([command, reads]) => {
  const world = sampleWorld();
  const file = path.join(world.repository.root, ROOT, 'tasks', 'WP03-command.md');
  writeFileSync(file, Buffer.from([0x2d, 0x2d, 0x2d, 0x0a, 0xff, 0xfe, 0x0a]));
  const { exitCode, document } = await runJson(world, argv(command));
  const finding = {
    category: 'unreadable_file',
    message: expect.stringContaining('WP03-command.md') as string,
  };
  if (command.endsWith('doctor'))
    expect({ exitCode, document }).toMatchObject({
      exitCode: 1,
      document: { findings: [finding, {}, {}, {}] },
    });
  else if (reads === 'log') expect(exitCode).toBe(0);
  else expect({ exitCode, document }).toMatchObject({ exitCode: 1, document: { error_code: 'NOT_UTF8' } });
});

test.for(COMMANDS)('%s: works with a detached HEAD and a dirty tree', async ([command]) => {
  const world = sampleWorld();
  world.repository.git('checkout', '--quiet', '--detach');
  world.repository.write({ 'README.md': 'changed\n' });
  const { exitCode, stderr } = await runCli(world, argv(command));
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  expect(world.repository.read('README.md')).toBe('changed\n');
});

test.for(COMMANDS)('%s: outside a repository it says so', async ([command]) => {
  const world = cliWorld();
  const outside = mkdtempSync(path.join(world.repository.base, 'outside-'));
  const { exitCode, document } = await runJson(world, argv(command), { cwd: outside });
  expect({ exitCode, document }).toMatchObject({ exitCode: 1, document: { error_code: 'NOT_A_REPOSITORY' } });
});

test.for(COMMANDS)('%s: without Git it does its work or says what is missing', async ([command]) => {
  const world = sampleWorld();
  const { exitCode, document } = await runJson(world, argv(command), {
    env: { ...world.repository.env, PATH: '' },
  });
  if (!command.endsWith('doctor')) expect(exitCode).toBe(0);
  // Branches and worktrees are Git's to know.
  else
    expect({ exitCode, document }).toMatchObject({
      exitCode: 2,
      document: { error_code: 'DOCTOR_FAILED', cause_code: 'GIT_MISSING' },
    });
});
