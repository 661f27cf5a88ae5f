import { expect, test } from 'vitest';
import { isCommandPath, manifestText, parseManifest } from './command-manifest.ts';

const ENTRY = {
  path: '.claude/commands/spec-kitty.plan.md',
  content_hash: 'ab',
  agents: ['claude'],
  installed_at: '2026-01-05T10:00:00.000000+00:00',
  spec_kitty_version: '3.1.0',
};

test('what is written is read back, and in one order', () => {
  const other = { ...ENTRY, path: '.a/spec-kitty.x.md' };
  const text = manifestText([ENTRY, other]);
  expect([...(parseManifest(text)?.values() ?? [])]).toEqual([other, ENTRY]);
  expect(manifestText([other, ENTRY])).toBe(text);
});

test('no file is an empty manifest, another text is none; entries of another form are left out', () => {
  expect(parseManifest(undefined)?.size).toBe(0);
  for (const text of ['', 'null', '[]', '{"entries":{}}', '<<<<<<<'])
    expect(parseManifest(text)).toBeUndefined();
  const text = JSON.stringify({
    entries: [ENTRY, { ...ENTRY, agents: 'x' }, { ...ENTRY, path: 7 }, { path: 'y', agents: [] }, 7, null],
  });
  expect([...(parseManifest(text)?.keys() ?? [])]).toEqual([ENTRY.path]);
});

test.each([
  ['.claude/commands/spec-kitty.plan.md', true],
  ['.agents/skills/spec-kitty.plan/SKILL.md', true],
  ['.github/prompts/spec-kitty.tasks-outline.prompt.md', true],
  ['.claude/commands/spec-kitty.plan.md.bak', false],
  ['src/spec-kitty.plan.md', false],
  ['.claude/settings.json', false],
  ['.github/../src/spec-kitty.plan.md', false],
  ['../.claude/spec-kitty.plan.md', false],
  ['/.claude/spec-kitty.plan.md', false],
])('a path that a cloned manifest names is a command file or not: %s', (path, is) => {
  expect(isCommandPath(path)).toBe(is);
});
