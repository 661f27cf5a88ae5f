import { expect, test } from 'vitest';
import { CATALOGUE } from './catalogue.ts';
import { readEntries } from './read-entries.ts';

const read = (definitions: Readonly<Record<string, unknown>>) =>
  readEntries(definitions, { file: 'agents.yaml', known: CATALOGUE });

test('an agent of one’s own is its command, and whatever else is said of it', () => {
  const command = ['mine', '--task', '{prompt_file}'];
  expect(read({ mine: { command } })).toEqual([
    {
      key: 'mine',
      name: 'mine',
      command,
      stream: 'none',
      permissions: 'all',
      env: [],
      state: [],
      reports: [],
    },
  ]);
  const all = {
    name: 'My agent',
    command: ['mine'],
    stdin: '{prompt}',
    stream: 'codex',
    permissions: 'edits',
    env: ['MY_*'],
    state: ['~/.mine'],
    limit: 2,
    version: ['version'],
    resume: ['mine', '{session}'],
  };
  const { version, ...said } = all;
  expect(read({ mine: all })).toEqual([{ key: 'mine', ...said, probe: { version }, reports: ['tokens'] }]);
});

test('an agent may be like another, with more words before a last one that has to be last', () => {
  const [opus, fast, short] = read({
    'claude-opus': { like: 'claude', more: ['--model', 'opus'], env: ['MY_PROXY'] },
    'codex-fast': { like: 'codex', more: ['--model', 'fast'], limit: 3 },
    short: { like: 'codex-fast', name: 'Short', permissions: 'none' },
  });
  const claude = CATALOGUE.find(({ key }) => key === 'claude');
  const codex = CATALOGUE.find(({ key }) => key === 'codex');
  expect(opus).toEqual({
    ...claude,
    key: 'claude-opus',
    name: 'Claude Code (claude-opus)',
    command: [...(claude?.command ?? []), '--model', 'opus'],
    env: [...(claude?.env ?? []), 'MY_PROXY'],
  });
  expect(fast?.command).toEqual([...(codex?.command.slice(0, -1) ?? []), '--model', 'fast', '-']);
  expect(short).toEqual({ ...fast, key: 'short', name: 'Short', permissions: 'none' });
});

test('an agent may be talked with in the protocol, if it speaks it', () => {
  const [entry] = read({ 'gemini-acp': { like: 'gemini', acp: true, more: ['--debug'] } });
  const gemini = CATALOGUE.find(({ key }) => key === 'gemini');
  const { stdin: _, ...rest } = gemini ?? {};
  expect(entry).toEqual({
    ...rest,
    key: 'gemini-acp',
    name: 'Gemini CLI (gemini-acp)',
    command: [...(gemini?.acp ?? []), '--debug'],
    stream: 'acp',
  });
});

test.each([
  [{ Mine: {} }, 'its key is not of small letters'],
  [{ script: { command: ['x', '{prompt}'] } }, 'that key has its own agent'],
  [{ mine: 'x' }, 'it has no mapping'],
  [{ mine: {} }, 'it has neither a command nor an agent'],
  [{ mine: { comand: ['x'] } }, 'it has "comand", which says nothing'],
  [{ mine: { command: 'x {prompt}' } }, 'command is not a program and its arguments'],
  [{ mine: { command: [] } }, 'command is not a program'],
  [{ mine: { command: ['', '{prompt}'] } }, 'command is not a program'],
  [{ mine: { command: ['x', 1] } }, 'command is not a program'],
  [{ mine: { command: ['x', '{prompt}'], stream: 'xml' } }, 'stream is not one of claude, codex'],
  [{ mine: { command: ['x', '{prompt}'], limit: 0 } }, 'limit is not a whole number above zero'],
  [{ mine: { command: ['x', '{prompt}'], limit: 1.5 } }, 'limit is not a whole number'],
  [{ mine: { command: ['x', '{prompt}'], env: 'A' } }, 'env is not a list of texts'],
  [{ mine: { command: ['x', '{prompt}'], name: '' } }, 'name is not a text'],
  [{ mine: { like: 'nobody' } }, 'no agent is called "nobody"'],
  [{ mine: { like: 'codex', stdin: 'x' } }, 'it is like codex, and so can have no stdin'],
  [{ mine: { like: 'codex', acp: true } }, 'codex does not speak the Agent Client Protocol'],
  [{ mine: { like: 'gemini', acp: 'yes' } }, 'acp is not true or false'],
  [
    { mine: { command: ['x', '--task={promt_file}'] } },
    'command has "{promt_file}", which stands for nothing; what can stand there is {prompt}, {prompt_file}, {workspace}, {report_file}, {report_folder}: ',
  ],
  [{ mine: { command: ['x'], stdin: 'Do {task}' } }, 'stdin has "{task}"'],
  [{ mine: { like: 'codex', more: ['{session}'] } }, 'more has "{session}"'],
  [
    { mine: { command: ['x'], resume: ['x', '{prompt}'] } },
    'resume has "{prompt}", which stands for nothing; what can stand there is {session}: ',
  ],
])('%j is refused: %s', (definitions, why) => {
  expect(() => read(definitions)).toThrow(
    expect.objectContaining({ code: 'AGENTS_INVALID', message: expect.stringContaining(why) }),
  );
});

test('one may take what it is to do from its environment alone', () => {
  expect(read({ mine: { command: ['mine'] } })[0]?.command).toEqual(['mine']);
});

test('braces of other languages are left to them', () => {
  const command = ['sh', '-c', 'echo "${HOME}" | awk "{print $1}"', '{}', '{"a": 1}'] as const;
  expect(read({ mine: { command } })[0]?.command).toEqual(command);
});

test('one that speaks the protocol is told by it', () => {
  expect(read({ mine: { command: ['mine', 'acp'], stream: 'acp' } })[0]?.stream).toBe('acp');
});
