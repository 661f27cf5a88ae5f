import { chmodSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { BadInputWorld } from '../packages/cli/src/testing/bad-input-world.ts';
import { cliWorld, runCli } from '../packages/cli/src/testing/run-cli.ts';

/** One call of Git: where, and its arguments without the settings before the command. */
interface GitCall {
  readonly cwd: string;
  readonly args: readonly string[];
}

const SETTING = /^(?:--no-optional-locks|--literal-pathspecs|--no-pager|--no-replace-objects|--bare)$/;

type Options = readonly string[];
const has = (options: Options, ...names: string[]) => options.some((option) => names.includes(option));
const always = () => true;

/** Commands that may look at every file of a checkout, and whether these options make them. */
const WHOLE_TREE: Readonly<Record<string, (options: Options) => boolean>> = {
  status: always,
  stash: always,
  clean: always,
  switch: always,
  checkout: always,
  'diff-files': always,
  'diff-index': (options) => !has(options, '--cached'),
  diff: (options) => {
    const trees = options.filter((option) => !option.startsWith('-'));
    return !has(options, '--cached') && trees.length < 2 && !trees.some((tree) => tree.includes('..'));
  },
  add: (options) => has(options, '--all', '-A', '--update', '-u', '.'),
  'ls-files': (options) => has(options, '--others', '-o', '--modified', '-m', '--deleted', '-d'),
  'update-index': (options) => has(options, '--refresh', '--really-refresh'),
  commit: always,
  reset: (options) => !has(options, '--soft', '--quiet'),
};

/** Says whether a call looks at every file of the checkout that it runs in; one with paths looks at those. */
function visitsWholeTree([command = '', ...rest]: readonly string[]): boolean {
  const end = rest.indexOf('--');
  if (end >= 0 && rest.length > end + 1) return false;
  return WHOLE_TREE[command]?.(rest) ?? false;
}

/** The arguments from the command on. */
function withoutSettings(args: readonly string[]): readonly string[] {
  let at = 0;
  while (args[at] === '-c' || args[at] === '-C' || SETTING.test(args[at] ?? ''))
    at += SETTING.test(args[at] ?? '') ? 1 : 2;
  return args.slice(at);
}

/** A Git on PATH that writes down each call before it makes it. */
function watchGit(base: string): { readonly folder: string; readonly calls: () => readonly GitCall[] } {
  const folder = path.join(base, 'bin');
  const log = path.join(base, 'git-calls');
  mkdirSync(folder);
  writeFileSync(log, '');
  const script = [
    '#!/bin/sh',
    String.raw`us=$(printf '\037'); line="$PWD"`,
    'for argument; do line="$line$us$argument"; done',
    String.raw`printf '%s\036' "$line" >> '${log}'`,
    `PATH='${process.env['PATH']}' exec git "$@"`,
  ];
  writeFileSync(path.join(folder, 'git'), `${script.join('\n')}\n`);
  chmodSync(path.join(folder, 'git'), 0o755);
  const calls = () =>
    readFileSync(log, 'utf8')
      .split('\u001E')
      .slice(0, -1)
      .map((line) => {
        const [cwd = '', ...args] = line.split('\u001F');
        return { cwd: realpathSync(cwd), args: withoutSettings(args) };
      });
  return { folder, calls };
}

test.skipIf(process.platform === 'win32')(
  'a whole mission: no verb but merge looks at every file of the primary checkout [skipped on Windows: a shell script watches Git]',
  async () => {
    const world = await BadInputWorld.at('open');
    const { mission } = world;
    const { repository } = mission;
    try {
      const { folder, calls } = watchGit(repository.base);
      const cli = cliWorld(repository);
      const env = { ...repository.env, PATH: folder };
      const run = async (line: string) => {
        const { exitCode, transcript } = await runCli(cli, [...line.split(' '), '--mission', 'pay'], { env });
        expect(exitCode, transcript).toBe(0);
      };
      const deliver = async (id: string) => {
        await run(`agent tasks move-task ${id} --to for_review --agent claude`);
        await run(`agent action review ${id} --agent bob`);
        await run(`agent tasks move-task ${id} --to approved --agent bob --note fine`);
      };

      for (const line of ['status', 'next --agent ada', 'agent mission graph', 'agent tasks list-tasks'])
        await run(line);
      await run('agent mission finalize-tasks');
      await run('agent tasks map-requirements --wp WP02 --refs FR-001 --tracker-ref T-1');
      await run('agent status doctor');
      await run('agent status materialize');
      await run('agent tasks add-history WP01 --note x');

      await run('agent action review WP01 --agent bob');
      repository.write({ '../feedback.md': '# Again\n' });
      await run('agent tasks move-task WP01 --to planned --agent bob --review-feedback-file ../feedback.md');
      await run('agent action implement WP01 --agent claude');
      mission.work('lane-a', { 'src/wp01.js': 'exports.first = 3;\n' });
      await run('agent tasks mark-status T001 --status done --agent claude');
      await deliver('WP01');
      for (const [id, lane] of [
        ['WP02', 'lane-b'],
        ['WP03', 'lane-c'],
      ] as const) {
        await run(`agent action implement ${id} --agent claude`);
        mission.work(lane, { [`src/${id.toLowerCase()}.js`]: 'exports.it = 1;\n' });
        await deliver(id);
      }
      await run('agent action implement WP04 --agent claude');
      repository.write({ 'docs/manual.md': '# The manual\n' });
      repository.git('commit', '--quiet', '--message', 'Manual', '--', 'docs/manual.md');
      await deliver('WP04');
      await run('accept --actor ada');
      const primary = calls().filter(({ cwd }) => cwd === repository.root);
      expect(primary.length).toBeGreaterThan(50);
      expect(primary.filter(({ args }) => visitsWholeTree(args)).map(({ args }) => args.join(' '))).toEqual(
        [],
      );

      await run('merge --actor ada');
    } finally {
      mission.dispose();
    }
  },
);

test.each([
  ['status --porcelain', true],
  ['diff --name-only HEAD', true],
  ['diff --quiet', true],
  ['diff --cached --quiet', false],
  ['diff --name-only main...lane', false],
  ['diff HEAD -- kitty-specs/pay', false],
  ['add --all', true],
  ['add -- kitty-specs/pay', false],
  ['ls-files --others --exclude-standard', true],
  ['ls-files -z', false],
])('git %s looks at every file: %s', (line, expected) => {
  expect(visitsWholeTree(line.split(' '))).toBe(expected);
});
