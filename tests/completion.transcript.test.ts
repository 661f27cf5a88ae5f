import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const PROGRAM = path.join(import.meta.dirname, '../packages/cli/bin/spec-kitty.cjs');
/** What a shell proposes for a line, one proposal a line; `$LINE` ends in the word to complete. */
const ASK = {
  bash: 'source <(spec-kitty completion bash); COMP_WORDS=($LINE); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _spec_kitty; printf "%s\\n" "${COMPREPLY[@]}"',
  zsh: 'compdef() { :; }; _describe() { print -l -- ${found%%:*}; }; source <(spec-kitty completion zsh); words=(${=LINE}); CURRENT=$#words; _spec_kitty',
  fish: 'spec-kitty completion fish | source; complete -C "$LINE" | string split -f1 \\t',
};
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'completion-'));
  // The other names are a cloned repository's way to have a shell run them.
  for (const name of [
    'invoice-export-01ABCDEF',
    'invoice-$(id)',
    'invoice;id',
    'invoice`id`',
    'invoice\nid',
  ]) {
    const mission = path.join(folder, 'kitty-specs', name);
    mkdirSync(mission, { recursive: true });
    writeFileSync(path.join(mission, 'meta.json'), '{}');
  }
  const tasks = path.join(folder, 'kitty-specs/pay-01BCDEFG/tasks');
  mkdirSync(tasks, { recursive: true });
  writeFileSync(path.join(tasks, '../meta.json'), '{"mission_id":"01BCDEFG000000000000000000"}');
  for (const name of ['WP01-pay.md', 'WP02-refund.md', 'README.md'])
    writeFileSync(path.join(tasks, name), '');
  execFileSync('git', ['init', '-q'], { cwd: folder });
  writeFileSync(path.join(folder, 'spec-kitty'), `#!/bin/sh\nexec "${process.execPath}" "${PROGRAM}" "$@"\n`);
  chmodSync(path.join(folder, 'spec-kitty'), 0o755);
});
afterAll(() => rmSync(folder, { recursive: true }));

test('bash proposes no files where a mission is meant, and does elsewhere', () => {
  const env = { PATH: `${folder}${path.delimiter}${process.env['PATH']}`, HOME: folder };
  const told = (line: string) =>
    execFileSync('bash', ['-c', `compopt() { echo "$@"; }; ${ASK.bash}`], {
      cwd: folder,
      env: { ...env, LINE: line },
      encoding: 'utf8',
    }).trim();
  expect(told('spec-kitty status --mission nothing')).toBe('+o default');
  expect(told('spec-kitty accept --actor nobody')).toBe('');
});

test('values are proposed without a process', () => {
  // With nothing on PATH, there is no Git to ask.
  const env = { PATH: folder, HOME: folder };
  const words = (...line: readonly string[]) =>
    execFileSync(process.execPath, [PROGRAM, 'completion', 'words', '--', ...line], {
      cwd: folder,
      env,
      encoding: 'utf8',
    })
      .trim()
      .split('\n');
  expect(words('agent', 'tasks', 'add-history', '--mission', 'pay', '')).toEqual(
    expect.arrayContaining(['WP01', 'WP02']) as string[],
  );
  expect(words('status', '--mission', 'pay')).toEqual(['pay-01BCDEFG']);
});

describe.each(Object.entries(ASK))('%s', (shell, script) => {
  const missing = spawnSync(shell, ['-c', 'true']).error !== undefined;

  test.skipIf(missing).each([
    ['spec-kitty mer', ['merge']],
    ['spec-kitty agent tasks move-t', ['move-task']],
    ['spec-kitty merge --strat', ['--strategy']],
    ['spec-kitty merge --strategy re', ['rebase']],
    ['spec-kitty status --mission invoice', ['invoice-export-01ABCDEF']],
    ['spec-kitty agent tasks move-task WP01 --to in_', ['in_progress', 'in_review']],
    ['spec-kitty next --agent cl', ['claude']],
    ['spec-kitty init --ai claude,cop', ['claude,copilot']],
    ['spec-kitty agent action implement --mission pay-01BCDEFG W', ['WP01', 'WP02']],
  ])(`completes "%s"${missing ? `, skipped as ${shell} is not installed` : ''}`, (line, proposals) => {
    const env = { PATH: `${folder}${path.delimiter}${process.env['PATH']}`, HOME: folder, LINE: line };
    const { stdout, stderr } = spawnSync(shell, ['-c', script], { cwd: folder, env, encoding: 'utf8' });
    expect({ stderr, found: stdout.trim().split('\n') }).toEqual({ stderr: '', found: proposals });
  });
});
