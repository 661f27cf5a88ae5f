import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { MANIFEST_FILE } from '@spec-kitty/core/agents/command-manifest';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { openProject } from '../project/open-project.ts';
import { CommandFiles } from './command-files.ts';
import { detectAgents } from './detect-agents.ts';

const PLAN = '.codex/skills/spec-kitty.plan/SKILL.md';
const TASKS = '.codex/skills/spec-kitty.tasks/SKILL.md';
const wanted = (files: Readonly<Record<string, string>>) =>
  new Map(Object.entries(files).map(([name, text]) => [name, { text, agents: ['codex'] }]));

function world() {
  const repository = tempRepository();
  const open = () => new CommandFiles(openProject(repository.root));
  const bring = (files: Readonly<Record<string, string>>, at = '1') => {
    const commands = open();
    const survey = commands.survey(wanted(files));
    commands.apply(survey, { at, version: '4.0.0' });
    return Object.fromEntries(survey.map((file) => [file.path, file.decision]));
  };
  return { repository, open, bring };
}

test('files come, are renewed and go; what somebody has changed stays as it is', () => {
  const { repository, bring } = world();
  expect(bring({ [PLAN]: 'a', [TASKS]: 'a' })).toEqual({ [PLAN]: 'create', [TASKS]: 'create' });
  const manifest = repository.read(MANIFEST_FILE);
  expect(bring({ [PLAN]: 'a', [TASKS]: 'a' }, '2')).toEqual({ [PLAN]: 'keep', [TASKS]: 'keep' });
  expect(repository.read(MANIFEST_FILE)).toBe(manifest);
  repository.write({ [TASKS]: 'mine' });
  expect(bring({ [PLAN]: 'b', [TASKS]: 'b' })).toEqual({ [PLAN]: 'update', [TASKS]: 'conflict' });
  expect([repository.read(PLAN), repository.read(TASKS)]).toEqual(['b', 'mine']);
  expect(bring({})).toEqual({ [PLAN]: 'remove', [TASKS]: 'conflict' });
  expect(readdirSync(path.join(repository.root, '.codex/skills'))).toEqual(['spec-kitty.tasks']);
  expect(bring({})).toEqual({});
});

test('a file that a killed run has written before the manifest counts as ours', () => {
  const { repository, bring } = world();
  repository.write({ [PLAN]: 'a' });
  expect(bring({ [PLAN]: 'a' })).toEqual({ [PLAN]: 'keep' });
  expect(bring({ [PLAN]: 'b' })).toEqual({ [PLAN]: 'update' });
});

test('a cloned manifest cannot have other files removed, and a broken one stops everything', () => {
  const { repository, open } = world();
  const hash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  const entry = { content_hash: hash, agents: ['codex'], installed_at: '', spec_kitty_version: '' };
  repository.write({
    'src/empty.ts': '',
    [MANIFEST_FILE]: JSON.stringify({ entries: [{ ...entry, path: 'src/empty.ts' }] }),
  });
  expect(open().survey(new Map())).toEqual([]);
  repository.write({ [MANIFEST_FILE]: '<<<<<<< HEAD' });
  expect(open).toThrow(expect.objectContaining({ code: 'MANIFEST_INVALID' }));
});

test('nothing is written through a link that leads out', () => {
  const { repository, bring } = world();
  mkdirSync(path.join(repository.base, 'outside'));
  symlinkSync(path.join(repository.base, 'outside'), path.join(repository.root, '.codex'));
  const refused = expect.objectContaining({ code: 'PATH_OUTSIDE_REPOSITORY' });
  expect(() => bring({ [PLAN]: 'a' })).toThrow(refused);
  mkdirSync(path.join(repository.root, '.kittify'));
  symlinkSync(path.join(repository.base, 'outside'), path.join(repository.root, '.kittify/runtime'));
  expect(() => openProject(repository.root)).toThrow(refused);
  expect(readdirSync(path.join(repository.base, 'outside'))).toEqual([]);
});

test('agents are found by what they leave in a project and by their programs, with the reason', () => {
  const { repository } = world();
  const bin = path.join(repository.base, 'bin');
  mkdirSync(path.join(bin, 'codex'), { recursive: true });
  writeFileSync(path.join(bin, process.platform === 'win32' ? 'qwen.exe' : 'qwen'), '');
  repository.write({ '.github/workflows/ci.yml': '', 'CLAUDE.md': '' });
  const found = (env: Readonly<Record<string, string>>) =>
    detectAgents(repository.root, env).map(({ agent, because }) => [agent.key, because]);
  expect(found({ PATH: ['relative', bin, path.join(bin, 'absent')].join(path.delimiter) })).toEqual([
    ['claude', 'CLAUDE.md'],
    ['qwen', 'qwen on PATH'],
  ]);
  expect(found({})).toEqual([['claude', 'CLAUDE.md']]);
});
