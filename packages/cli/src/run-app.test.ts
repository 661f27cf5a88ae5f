import { EXIT_CODES, Fault } from '@spec-kitty/core/fault';
import { explainRefusal } from '@spec-kitty/core/status/explain-refusal';
import { expect, test } from 'vitest';
import { buildContext } from './build-context.ts';
import { runApp } from './run-app.ts';
import { cliWorld, runCli } from './testing/run-cli.ts';

/** Runs a command line; `failure` is what opening the repository throws. */
async function printed(argv: readonly string[], failure?: unknown) {
  let stdout = '';
  let stderr = '';
  const context = buildContext({
    cwd: '/',
    env: {},
    interactive: false,
    stdout: (text) => void (stdout += text),
    stderr: (text) => void (stderr += text),
  });
  const exitCode = await runApp(argv, { ...context, workspace: () => Promise.reject(failure) });
  return { stdout, stderr, exitCode };
}

/** Reads the text that people get back into the parts of the document that programs get. */
function parsed(stderr: string): unknown {
  const [, error, code, hints = ''] = /^Error: ([^]*) \[(\w+)\]\n((?:Hint: .*\n)*)$/.exec(stderr) ?? [];
  return { error, error_code: code, hints: [...hints.matchAll(/^Hint: (.*)$/gm)].map(([, hint]) => hint) };
}

const KINDS = ['refused', 'usage', 'auth', 'busy', 'interrupted'] as const;
const options = { hints: ['Run `this`.', 'Or "that".'], details: { file: 'a/b' } };

test.each([
  ...KINDS.map((kind) => [kind, new Fault(kind, 'SOME_CODE', 'It does not work: ä b [x]', options)] as const),
  ['refused', new Fault('refused', 'MANY_LINES', 'It said:\nError: no\nHint: none', { hints: [] })],
  [
    'refused',
    new Fault('refused', 'ODD', 'What.', {
      details: { error: 'other', error_code: 'OTHER', hints: ['other'] },
    }),
  ],
  [
    'refused',
    explainRefusal({ code: 'HELD_BY_OTHER', wpId: 'WP01', lane: 'claimed', holder: "Ada O'Neill" }, 'a b'),
  ],
  ['refused', Object.assign(new Error('EIO: i/o error, read'), { syscall: 'read', code: 'EIO' })],
  ['bug', new TypeError('x is not a function')],
] as const)('%s: text, document and exit code say the same: %s', async (kind, failure) => {
  const text = await printed(['status'], failure);
  const json = await printed(['status', '--json'], failure);
  expect([text.stdout, json.stderr]).toEqual(['', '']);
  expect([text.exitCode, json.exitCode]).toEqual([EXIT_CODES[kind], EXIT_CODES[kind]]);
  expect(JSON.parse(json.stdout)).toMatchObject(parsed(text.stderr) as object);
  if (!(failure instanceof Fault)) return;
  const { message: error, code, hints } = failure;
  expect(parsed(text.stderr)).toEqual({ error, error_code: code, hints });
});

test.each([
  ['mrege'],
  ['merge', '--strategy', 'ff'],
  ['accept', '--mode', 'later'],
  ['status', '--all', '--mission', 'x'],
])('so they do for a command line that is wrong: %s', async (...argv) => {
  const text = await printed(argv);
  const json = await printed([...argv, '--json']);
  expect([text.stdout, json.stderr, text.exitCode, json.exitCode]).toEqual(['', '', 2, 2]);
  expect(JSON.parse(json.stdout)).toEqual(parsed(text.stderr));
});

test.each([
  ['--json', 'USAGE_ERROR', 'A command is expected before --json.'],
  ['--json status', 'USAGE_ERROR', 'A command is expected before --json.'],
  ['agent --json', 'USAGE_ERROR', 'A command is expected before --json.'],
  ['agent --json bogus', 'USAGE_ERROR', 'A command is expected before --json.'],
  ['agent bogus --json', 'UNKNOWN_COMMAND', 'There is no command "bogus".'],
  ['agent bogus --json=true', 'UNKNOWN_COMMAND', 'There is no command "bogus".'],
  ['status --json=true', 'MISSION_REQUIRED', 'Say which mission: pass --mission with its name.'],
  ['status --json=maybe', 'USAGE_ERROR', '"maybe" is no value for --json, which takes true or false.'],
  ['status --json --bogus', 'USAGE_ERROR', 'There is no option --bogus.'],
])('%s: one document with its code, and exit code 2', async (line, code, error) => {
  const { exitCode, stdout, stderr } = await runCli(cliWorld(), line.split(' '));
  expect({ exitCode, stderr, document: JSON.parse(stdout) as unknown }).toMatchObject({
    exitCode: 2,
    stderr: '',
    document: { error, error_code: code, hints: [expect.any(String)] },
  });
});

const MOVE = 'Run `spec-kitty agent tasks move-task --help` to see what it takes.';

test.each([
  ['agent tasks move-task WP01 --bogus', 'There is no option --bogus.', [MOVE]],
  ['agent tasks move-task WP01 --agnet a', 'There is no option --agnet.', ['Did you mean --agent?', MOVE]],
  ['agent tasks move-task WP01 -x', 'There is no option -x.', [MOVE]],
  ['agent tasks move-task WP01', '--to is missing.', [MOVE]],
  ['agent tasks move-task WP01 --to', '--to needs a value.', [MOVE]],
  ['agent tasks move-task WP01 --to --force', '--to needs a value.', [MOVE]],
  ['agent tasks move-task --to done', 'A value for WPnn is missing.', [MOVE]],
  ['agent tasks move-task WP01 WP02', '"WP02" is one argument too many.', [MOVE]],
  ['agent tasks move-task WP01 --to a --to b', '--to is given twice: as "a" and as "b".', [MOVE]],
  [
    'recover prune --older-than soon',
    '"soon" is no value for --older-than, which takes a number of days.',
    ['Run `spec-kitty recover prune --help` to see what it takes.'],
  ],
  [
    'merge --strategy ff',
    '"ff" is no value for --strategy, which takes one of merge, squash, rebase.',
    ['Run `spec-kitty merge --help` to see what it takes.'],
  ],
  ['init a b', '"b" is one argument too many.', ['Run `spec-kitty init --help` to see what it takes.']],
  [
    'accept --no-commit=x',
    '--no-commit takes no value.',
    ['Run `spec-kitty accept --help` to see what it takes.'],
  ],
])('%s: says what is wrong, and whose help to read', async (line, error, hints) => {
  const { stderr, exitCode } = await printed(line.split(' '));
  expect(exitCode).toBe(2);
  expect(parsed(stderr)).toEqual({ error, error_code: 'USAGE_ERROR', hints });
});

test('a command that is told not to print JSON fails in words', async () => {
  const { exitCode, stdout, stderr } = await runCli(cliWorld(), ['status', '--json=false']);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain('[MISSION_REQUIRED]');
});

test.each([
  ['bogus', 'Run `spec-kitty --help` to see what there is.'],
  ['agent mission bogus', 'Run `spec-kitty agent mission --help` to see what there is.'],
  ['auth bogus', 'Run `spec-kitty auth --help` to see what there is.'],
  ['x', 'Run `spec-kitty --help` to see what there is.'],
  ['marge', 'Did you mean `merge`?'],
  ['agent missoin create', 'Did you mean `mission`?'],
  ['agent mission creat x', 'Did you mean `create`?'],
  ['mission create x', 'There is `spec-kitty agent mission create`.'],
  [
    'finalize-tasks',
    'There is `spec-kitty agent mission finalize-tasks` and `spec-kitty agent tasks finalize-tasks`.',
  ],
])('%s: a word that is no command gets a hint only at what is close to it', async (line, hint) => {
  expect(parsed((await printed(line.split(' '))).stderr)).toMatchObject({
    error_code: 'UNKNOWN_COMMAND',
    hints: [hint],
  });
});

test.each([
  ['auth --bogus', 'Run `spec-kitty auth --help` to see what there is.'],
  ['run bogus', 'Run `spec-kitty run --help` to see what it takes.'],
])('%s: the help of the group is what helps', async (line, hint) => {
  expect(parsed((await printed(line.split(' '))).stderr)).toMatchObject({ hints: [hint] });
});

test('what a program said that failed is shown below the one sentence, and is under its own key in a document', async () => {
  const failure = new Fault('refused', 'TOOL_FAILED', 'The tool failed: check', {
    hints: ['Look.'],
    details: { output: '1 of 2\nno', log: '/log' },
  });
  expect((await printed(['status'], failure)).stderr).toBe(
    'Error: The tool failed: check [TOOL_FAILED]\n  1 of 2\n  no\nHint: Look.\n',
  );
  const { error, output, log } = JSON.parse((await printed(['status', '--json'], failure)).stdout) as Record<
    string,
    unknown
  >;
  expect([error, output, log]).toEqual(['The tool failed: check', '1 of 2\nno', '/log']);
});

test.each([
  ['help', '--help'],
  ['help merge', 'merge --help'],
  ['help agent tasks move-task', 'agent tasks move-task --help'],
])('%s shows what %s does', async (line, same) => {
  const world = cliWorld();
  const shown = await runCli(world, line.split(' '));
  expect(shown.exitCode).toBe(0);
  expect(shown.stdout).toBe((await runCli(world, same.split(' '))).stdout);
});

test('help for a command that does not exist says so', async () => {
  expect(await runCli(cliWorld(), ['help', 'bogus'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('There is no command "bogus". [UNKNOWN_COMMAND]') as string,
  });
});

test.each(['sync', 'tracker', 'sync run', 'tracker bind --json', 'help sync'])(
  '%s is unknown, and no other command is named in its place',
  async (line) => {
    const { stdout, stderr, exitCode } = await printed(line.split(' '));
    expect([exitCode, stdout + stderr]).toEqual([
      2,
      expect.stringMatching(
        /There is no command .*(?:sync|tracker).* in this version yet[^]*SPEC_KITTY_ENABLE_SAAS_SYNC=1/,
      ),
    ]);
    expect(stdout + stderr).not.toMatch(/Did you mean|There is `/);
  },
);

test('a hosted group is told of by its own name alone', async () => {
  expect((await printed(['agent', 'sync'])).stderr).not.toContain('SAAS');
});
