import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { cliWorld, runCli, runJson } from '../../testing/run-cli.ts';

interface Quick {
  readonly mission_slug: string;
  readonly feature_dir: string;
  readonly next_command: string;
}

function world() {
  const made = cliWorld();
  made.repository.commit('first', { 'src/a.txt': 'a' });
  return made;
}

// Git allows every one of these names; in a message, a frontmatter and a command they need to be quoted.
const BRANCHES = ['main', "it's", 'fix(api);a&b,x!', '#`$(id)`|"q"%20', '日本'];

test.each(BRANCHES)(
  'on %s a request becomes a mission that is implemented, reviewed, accepted and merged',
  async (branch) => {
    const made = world();
    if (branch !== 'main') made.repository.git('switch', '--quiet', '--create', branch);
    const { exitCode, document } = await runJson(made, ['quick', 'Greet people', '--agent', 'claude']);
    const { mission_slug: slug, next_command: next } = document as Quick;
    expect(exitCode).toBe(0);
    expect(next).toBe(`spec-kitty agent action implement WP01 --agent claude --mission ${slug}`);
    expect(made.repository.git('status', '--porcelain')).toBe('');
    expect((await runJson(made, ['check'])).document).toMatchObject({ error_count: 0, warning_count: 0 });
    const run = async (line: string) => {
      const { exitCode: code, stderr } = await runCli(made, line.split(' '));
      expect(code, `${line}: ${stderr}`).toBe(0);
    };
    await run(next.replace('spec-kitty ', ''));
    const lane = path.join('.worktrees', `${slug}-lane-a`);
    made.repository.write({ [`${lane}/src/greet.txt`]: 'Hello' });
    made.repository.git('-C', lane, 'add', '--all');
    made.repository.git('-C', lane, 'commit', '--quiet', '--message', 'greet');
    await run('agent tasks move-task WP01 --to for_review --agent claude');
    await run('agent action review WP01 --agent codex');
    await run('agent tasks move-task WP01 --to approved --agent codex');
    await run('accept');
    await run('merge');
    expect(made.repository.read('src/greet.txt')).toBe('Hello');
  },
);

test('where Git is told to ignore missions, the option that the refusal names plans it all the same', async () => {
  const made = world();
  made.repository.commit('ignored', { '.gitignore': '/kitty-specs/\n' });
  const refused = await runCli(made, ['quick', 'Greet people']);
  expect(refused.stderr).toMatch(/\[MISSION_IGNORED\]\n.*, or pass --no-commit\./);
  expect(existsSync(path.join(made.repository.root, 'kitty-specs'))).toBe(false);
  const { exitCode, document } = await runJson(made, ['quick', 'Greet people', '--no-commit']);
  expect({ exitCode, document }).toMatchObject({ exitCode: 0, document: { commit_hash: null } });
  const { next_command: next } = document as Quick;
  const taken = await runCli(made, next.replace('spec-kitty ', '').replace('<agent>', 'claude').split(' '));
  expect(taken).toMatchObject({ exitCode: 0 });
});

test.each(['-x', 'a\u202Eb'])('on a branch called %j nothing is written', async (branch) => {
  const made = world();
  made.repository.git('update-ref', `refs/heads/${branch}`, 'HEAD');
  made.repository.git('symbolic-ref', 'HEAD', `refs/heads/${branch}`);
  for (const [exitCode, code, ...line] of [
    [1, 'TARGET_UNFIT', 'quick', 'Greet people'],
    [1, 'TARGET_UNFIT', 'specify', 'greet'],
    [2, 'USAGE_ERROR', 'specify', 'greet', `--target-branch=${branch}`],
  ] as const)
    expect(await runJson(made, line)).toMatchObject({
      exitCode,
      document: { error_code: code },
    });
  expect(existsSync(path.join(made.repository.root, 'kitty-specs'))).toBe(false);
});

test('on the branch of a lane nothing is written: it goes away with the lane', async () => {
  const made = world();
  const branch = 'kitty/mission-pay-01KE6Z2V-lane-a';
  made.repository.git('switch', '--quiet', '--create', branch);
  for (const line of [
    ['quick', 'Greet people'],
    ['specify', 'greet', `--target-branch=${branch}`],
  ])
    expect(await runJson(made, line)).toMatchObject({
      exitCode: 1,
      document: { error_code: 'TARGET_UNFIT' },
    });
  expect(existsSync(path.join(made.repository.root, 'kitty-specs'))).toBe(false);
});

const HOSTILE = [
  'Line one\n---\nwork_package_id: WP09\n---\n~~~\n# Head\n- FR-002: more\n## WP02: more\nDependencies: WP07\n| FR-003 | x |',
  '`````` ~~~~ [NEEDS CLARIFICATION: why] <!-- --> | \\| "quoted" \'single\' $(rm) {{x}}',
  `${'very long '.repeat(2000)}\u202e\u0007\u001b[31m\u2028end`,
  '日本語のお願い',
];

test.each(HOSTILE)('a request is data, whatever it says: %#', async (request) => {
  const made = world();
  const { exitCode, document } = await runJson(made, ['quick', request]);
  expect(exitCode).toBe(0);
  const { feature_dir: root } = document as Quick;
  expect((await runJson(made, ['agent', 'tasks', 'list-tasks'])).document).toMatchObject({ count: 1 });
  expect((await runJson(made, ['check'])).document).toMatchObject({
    findings: [],
    coverage: { total_functional: 1, mapped_functional: 1 },
  });
  expect((await runJson(made, ['clarify'])).document).toMatchObject({ count: 0 });
  expect(made.repository.read(`${root}/spec.md`)).not.toMatch(/[^\P{Cc}\n\t]|\p{Bidi_Control}/u);
});

test('the package owns what is named, and a file that is still to be written is one that it creates', async () => {
  const made = world();
  const { exitCode, document } = await runJson(made, [
    'quick',
    'Greet',
    '--files',
    'src/**',
    '--files',
    'docs/new.md',
  ]);
  expect({ exitCode, document }).toMatchObject({
    exitCode: 0,
    document: { owned_files: ['src/**', 'docs/new.md'] },
  });
  const file = `${(document as Quick).feature_dir}/tasks/WP01-greet.md`;
  expect(made.repository.read(file)).toContain('create_intent: ["docs/new.md"]\n');
});

test.each([
  [['quick', ' - '], 'REQUEST_EMPTY', 2],
  [['quick', 'Greet', '--files', '../out'], 'PATH_OUTSIDE_REPOSITORY', 1],
  [['quick', 'Greet', '--files', 'kitty-specs/x'], 'PATH_OUTSIDE_REPOSITORY', 1],
])('%j is refused with %s, and nothing is written', async (argv, code, exitCode) => {
  const made = world();
  expect(await runJson(made, argv)).toMatchObject({ exitCode, document: { error_code: code } });
  expect(made.repository.git('status', '--porcelain')).toBe('');
});

test('where the commit cannot be made the mission is written, and how to go on is said', async () => {
  const made = world();
  made.repository.write({ '.git/index.lock': '' });
  const { exitCode, document } = await runJson(made, ['quick', 'Greet']);
  expect(exitCode).not.toBe(0);
  expect((document as { hints: readonly string[] }).hints.at(-1)).toMatch(
    /^The mission greet-\w+ is written; when that is mended, run `spec-kitty agent mission finalize-tasks --mission greet-\w+`\.$/,
  );
});

test('the same request again gets the same mission until somebody begins with it; another of its name is told', async () => {
  const made = world();
  const ask = async (...more: readonly string[]) =>
    (await runJson(made, ['quick', 'Greet people', ...more])).document as Quick & Record<string, unknown>;
  const first = await ask();
  expect(first).toMatchObject({ repeated: false, open_namesakes: [] });
  const head = made.repository.git('rev-parse', 'HEAD');
  const again = await ask();
  expect(again).toMatchObject({ mission_slug: first.mission_slug, repeated: true, commit_hash: null });
  expect(made.repository.git('rev-parse', 'HEAD')).toBe(head);

  const other = await ask('--files', 'src/**');
  expect(other).toMatchObject({ repeated: false, open_namesakes: [first.mission_slug] });
  await runCli(made, ['mission', 'abandon', '--mission', other.mission_slug, '--reason', 'A slip']);

  await runCli(made, first.next_command.replace('spec-kitty ', '').replace('<agent>', 'claude').split(' '));
  const { stdout } = await runCli(made, ['quick', 'Greet people']);
  expect(stdout).toContain(`Note: ${first.mission_slug} has the same name and is open;`);
});

test('what a killed call left undone, the same request does', async () => {
  const made = world();
  made.repository.write({ '.kittify/config.yaml': 'auto_commit: false\n' });
  const first = (await runJson(made, ['quick', 'Greet people'])).document as Quick;
  made.repository.write({ '.kittify/config.yaml': 'auto_commit: true\n' });
  expect((await runJson(made, ['quick', 'Greet people'])).document).toMatchObject({
    mission_slug: first.mission_slug,
    repeated: true,
    commit_hash: expect.any(String),
  });
  expect(made.repository.git('status', '--porcelain', 'kitty-specs')).toBe('');
});
