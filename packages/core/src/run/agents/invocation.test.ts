import { expect, test } from 'vitest';
import type { AgentEntry } from './agent-entry.ts';
import { invocationOf, resumeCommand } from './invocation.ts';

const ENTRY: AgentEntry = {
  key: 'x',
  name: 'X',
  command: [
    'x',
    '--file={prompt_file}',
    '{prompt}',
    '{unknown}',
    '{workspace}/{report_file}',
    '{report_folder}',
  ],
  stream: 'none',
  permissions: 'edits',
  env: [],
  state: [],
  reports: [],
};
const SUBJECT = { prompt: 'Do {workspace} $(x)', promptFile: '/p', workspace: '/w', reportFile: '/r/a.json' };

test('what stands for something is replaced once, and what a value says is left alone', () => {
  const { argv, stdin, permissions } = invocationOf(ENTRY, SUBJECT);
  expect(argv).toEqual(['x', '--file=/p', 'Do {workspace} $(x)', '{unknown}', '/w//r/a.json', '/r']);
  expect([stdin, permissions]).toEqual([undefined, 'edits']);
});

test('a prompt that is too long for an argument is named by its file; standard input takes all of it', () => {
  const prompt = 'x'.repeat(40_001);
  const { argv, stdin } = invocationOf(
    { ...ENTRY, command: ['x', '{prompt}'], stdin: '{prompt}' },
    { ...SUBJECT, prompt },
  );
  expect(argv).toEqual(['x', 'Read /p and do what it says.']);
  expect(stdin).toBe(prompt);
  const { argv: whole } = invocationOf(
    { ...ENTRY, command: ['x', '{prompt}'] },
    { ...SUBJECT, prompt: prompt.slice(1) },
  );
  expect(whole).toEqual(['x', prompt.slice(1)]);
});

test('a conversation is opened again by its name, where both are known', () => {
  const entry: AgentEntry = { ...ENTRY, resume: ['x', '--resume', '{session}'] };
  const place = { session: 's1; rm', workspace: '/w' };
  expect(resumeCommand(invocationOf(entry, SUBJECT), place)).toBe("cd /w && x --resume 's1; rm'");
  expect(resumeCommand(invocationOf(ENTRY, SUBJECT), place)).toBeUndefined();
});
