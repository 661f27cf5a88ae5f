import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS, commandPrompts } from '../../packages/cli/src/agents/command-prompts.ts';
import { AGENTS } from '../../packages/core/src/agents/agents.ts';
import { planCommandFiles } from '../../packages/core/src/agents/plan-command-files.ts';
import { PROJECT_BLOCKS } from '../../packages/core/src/project/project-blocks.ts';
import { disarm } from './command-tree.ts';
import { wrongMentions } from './command-mentions.ts';
import { ROOT } from './product-texts.ts';

const PROMPTS = commandPrompts();
const RENDERED = [false, true].flatMap((sharedSkills) => [
  ...planCommandFiles({ agents: AGENTS, prompts: PROMPTS, version: '4.0.0', sharedSkills }),
]);
const AGENTS_MD = PROJECT_BLOCKS.find(({ file }) => file === 'AGENTS.md')?.text ?? '';

test('there is one prompt for each command, and every agent gets all of them', () => {
  const files = readdirSync(path.join(ROOT, 'packages/cli/prompts'));
  expect(files.toSorted()).toEqual(COMMANDS.map((name) => `${name}.md`).toSorted());
  for (const { key } of AGENTS) {
    const own = new Set(RENDERED.filter(([, { agents }]) => agents.includes(key)).map(([file]) => file));
    expect(own.size % COMMANDS.length).toBe(0);
    expect(own.size).toBeGreaterThan(0);
  }
});

describe('T6.5: rendered for every agent', () => {
  beforeAll(() => disarm());

  test('every command and every option that a prompt or the block for AGENTS.md names exists', async () => {
    // What agents have in common is looked up once.
    const lines = new Set(
      [AGENTS_MD, ...RENDERED.map(([, { text }]) => text)].flatMap((text) => text.split('\n')),
    );
    expect([...lines].filter((line) => line.includes('spec-kitty ')).length).toBeGreaterThan(100);
    const text = [...lines].join('\n');
    expect(await wrongMentions({ file: 'packages/core/prompts', line: 1, text })).toEqual([]);
    const wrong = text.replace('spec-kitty accept --mission', 'spec-kitty acept --mission');
    expect(await wrongMentions({ file: 'packages/core/prompts', line: 1, text: wrong })).toHaveLength(1);
  });

  test('nothing is left to fill in, and nothing is there that an agent would replace or execute', () => {
    for (const [file, { text }] of RENDERED) {
      const body = text.replaceAll('{{args}}', '').replaceAll('$ARGUMENTS', '');
      expect({ file, odd: body.match(/\{\{|\}\}|!\{|@\{|!`|\$\d|(?<![\w`])@[\w./]/g) }).toEqual({
        file,
        odd: null,
      });
      expect(text).toContain('spec-kitty-command-version: 4.0.0');
    }
  });

  test('implement and review go through the loop; no prompt teaches the command below it', () => {
    for (const [file, { text }] of RENDERED) {
      const [action] = /(?<=spec-kitty[.-])(?:implement|review)(?=[./])/.exec(file) ?? [];
      if (action) expect(text).toContain(`\nspec-kitty agent action ${action} --agent `);
      expect(text).not.toMatch(/spec-kitty implement/);
    }
  });
});

test('prompts are short, and what every session sees of them is shorter still', () => {
  for (const { name, body } of PROMPTS) {
    const words = body.split(/\s+/).length;
    expect({ name, words: words < 1500 ? 'few' : words }).toEqual({ name, words: 'few' });
    // Windsurf cuts a workflow off at 12,000 characters.
    expect(body.length).toBeLessThan(8_000);
  }
  const skills = PROMPTS.map(({ name, description }) => `spec-kitty.${name}: ${description}\n`).join('');
  expect(Buffer.byteLength(skills + AGENTS_MD) / 4).toBeLessThan(1000);
});

test('T6.4: what teaches the product names the loop, and never the command below it', () => {
  const texts = ['README.md', 'docs/tutorial.md'].map((file) => readFileSync(path.join(ROOT, file), 'utf8'));
  for (const text of [...texts, AGENTS_MD]) {
    expect(text).toContain('spec-kitty next');
    expect(text).toContain('spec-kitty agent action implement');
    expect(text).not.toMatch(/spec-kitty implement/);
  }
});
