import { expect, test } from 'vitest';
import { AGENTS } from './agents.ts';
import { isCommandPath } from './command-manifest.ts';
import { parseAgentKeys } from './parse-agent-keys.ts';
import { agentsWithoutFiles, callOf, planCommandFiles } from './plan-command-files.ts';

const PROMPT = {
  name: 'plan',
  description: 'Say "how"',
  body: '# Plan\n\nRequest: {{request}}\n\n`spec-kitty next --agent {{agent}}`, then {{call tasks}}. A \\ and """.\n',
};
const files = (keys: string, sharedSkills = false) =>
  planCommandFiles({
    agents: parseAgentKeys(keys).agents,
    prompts: [PROMPT],
    version: '4.0.0',
    sharedSkills,
  });
const textOf = (keys: string, path: string, shared = false) => files(keys, shared).get(path)?.text;

test('Markdown has its description and its version in the head, and the words of its agent in the body', () => {
  expect(textOf('claude', '.claude/commands/spec-kitty.plan.md')).toBe(`---
description: "Say \\"how\\""
---
<!-- spec-kitty-command-version: 4.0.0 -->

# Plan

Request: $ARGUMENTS

\`spec-kitty next --agent claude\`, then \`/spec-kitty.tasks\`. A \\ and """.
`);
});

test('TOML reads back as the same text', () => {
  const toml = textOf('gemini', '.gemini/commands/spec-kitty.plan.toml') ?? '';
  expect(toml).toMatch(
    /^# spec-kitty-command-version: 4\.0\.0\ndescription = "Say \\"how\\""\nprompt = """\n/,
  );
  expect(toml).toContain('Request: {{args}}');
  expect(toml).toContain('A \\\\ and ""\\".\n"""\n');
});

test('a skill has the name of its folder; an agent that replaces nothing is told in words', () => {
  const skill = textOf('codex', '.codex/skills/spec-kitty.plan/SKILL.md');
  expect(skill).toContain(
    '---\nname: spec-kitty.plan\ndescription: "Say \\"how\\""\nuser-invocable: true\n---\n',
  );
  expect(skill).toContain('Request: what the user wrote when they called this\n');
  expect(skill).toContain('`$spec-kitty.tasks`');
  expect(textOf('pi', '.pi/skills/spec-kitty-plan/SKILL.md')).toContain('`/skill:spec-kitty-tasks`');
});

test('shared skills take the place of those of each agent, and name no agent', () => {
  expect([...files('codex,claude,letta', true)].map(([path, { agents }]) => [path, agents])).toEqual([
    ['.claude/commands/spec-kitty.plan.md', ['claude']],
    ['.agents/skills/spec-kitty-plan/SKILL.md', ['codex', 'letta']],
  ]);
  const text = textOf('codex,letta', '.agents/skills/spec-kitty-plan/SKILL.md', true);
  expect(text).toContain('name: spec-kitty-plan\n');
  expect(text).toContain('`spec-kitty next --agent <agent>`, then `spec-kitty-tasks`');
  expect([...files('letta').keys()]).toEqual([]);
  expect(agentsWithoutFiles({ agents: AGENTS, sharedSkills: false }).map(({ key }) => key)).toEqual([
    'letta',
  ]);
  expect(agentsWithoutFiles({ agents: AGENTS, sharedSkills: true })).toEqual([]);
});

test('a person is told the name of the skill that is there', () => {
  const calls = (shared: boolean) =>
    ['claude', 'codex', 'pi', 'letta'].map((key) => {
      const [agent] = parseAgentKeys(key).agents;
      return agent && callOf(agent, 'plan', shared);
    });
  expect(calls(false)).toEqual([
    '/spec-kitty.plan',
    '$spec-kitty.plan',
    '/skill:spec-kitty-plan',
    '/spec-kitty-plan',
  ]);
  expect(calls(true)).toEqual([
    '/spec-kitty.plan',
    '$spec-kitty-plan',
    '/skill:spec-kitty-plan',
    '/spec-kitty-plan',
  ]);
});

test('without the shared skills nothing goes to .agents/skills, for any agent', () => {
  const every = planCommandFiles({ agents: AGENTS, prompts: [PROMPT], version: '1', sharedSkills: false });
  expect(every.size).toBe(AGENTS.length - 1);
  expect([...every.keys()].filter((path) => path.startsWith('.agents/skills'))).toEqual([]);
  expect([...every.keys()].filter((path) => !isCommandPath(path))).toEqual([]);
});

test('keys come between commas or semicolons, in any case, twice or not at all', () => {
  const { agents, unknown } = parseAgentKeys(' Claude;codex,, claude, clod ');
  expect([agents.map(({ key }) => key), unknown]).toEqual([['claude', 'codex'], ['clod']]);
  expect(new Set(AGENTS.map(({ key }) => key)).size).toBe(AGENTS.length);
});
