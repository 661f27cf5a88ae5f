import { expect, test } from 'vitest';
import { AGENTS } from '../../agents/agents.ts';
import { mayKnow } from './agent-entry.ts';
import { CATALOGUE, scriptEntry } from './catalogue.ts';
import { invocationOf } from './invocation.ts';

const SUBJECT = { prompt: 'Do it', promptFile: '/p', workspace: '/w', reportFile: '/r/report.json' };

test('every agent has the key and the program that the rest of the product knows it by, and gets its prompt', () => {
  expect(new Set(CATALOGUE.map(({ key }) => key)).size).toBe(CATALOGUE.length);
  for (const entry of CATALOGUE) {
    const known = AGENTS.find(({ key }) => key === entry.key);
    expect([entry.key, known?.programs]).toEqual([entry.key, expect.arrayContaining([entry.command[0]])]);
    const { argv, stdin, stream } = invocationOf(entry, SUBJECT);
    expect([entry.key, stream === 'acp' || [...argv, stdin].includes('Do it')]).toEqual([entry.key, true]);
    expect([...argv, stdin].join(' ')).not.toMatch(/\{\w+\}/);
  }
});

test('every agent can be asked for its version, and what its help has to name is what it is run with', () => {
  for (const { key, command, probe } of CATALOGUE) {
    expect([key, probe?.version]).toEqual([key, ['--version']]);
    const names = probe?.help?.names ?? [];
    expect([key, names.filter((name) => !command.includes(name))]).toEqual([key, []]);
    expect(names.length).toBeGreaterThan(0);
  }
});

test('an agent knows its own variables, and no others', () => {
  const codex = CATALOGUE.find(({ key }) => key === 'codex');
  const known = [
    'OPENAI_API_KEY',
    'CODEX_HOME',
    'ANTHROPIC_API_KEY',
    'GITHUB_TOKEN',
    'AWS_SECRET_ACCESS_KEY',
  ].map((name) => mayKnow(codex ?? { env: [] }, name));
  expect(known).toEqual([true, true, false, false, false]);
});

test('the agent of scripts is this Node with its file, and knows where the scripts are', () => {
  const { argv, mayKnow: knows } = invocationOf(scriptEntry('/node', '/agent.cjs'), SUBJECT);
  expect([argv, knows('SPEC_KITTY_SCRIPT'), knows('OTHER')]).toEqual([['/node', '/agent.cjs'], true, false]);
});
