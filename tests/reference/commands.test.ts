import { beforeAll, describe, expect, test } from 'vitest';
import { disarm, printed, routes, shellWords } from './command-tree.ts';

const ALL = routes().map(({ words }) => ({ words, name: ['spec-kitty', ...words].join(' ') }));

test('docs/reference/commands.md is what every --help says', async () => {
  const sections = await Promise.all(
    ALL.map(async ({ words, name }) => {
      const { stdout } = await printed([...words, '--help']);
      return `## ${name}\n\n\`\`\`text\n${stdout.trimEnd()}\n\`\`\`\n`;
    }),
  );
  const page = [
    '# Commands\n',
    'What `--help` says, of every command. Written by `npx vitest run tests/reference -u`; do not edit.\n',
    ...sections,
  ].join('\n');
  await expect(page).toMatchFileSnapshot('../../docs/reference/commands.md');
});

describe('every example of a help is a command line that its parser takes', () => {
  beforeAll(() => disarm());

  // The server's own program says what it takes.
  test.each(ALL.filter(({ name }) => name !== 'spec-kitty teamspace'))('$name', async ({ words }) => {
    const { stdout } = await printed([...words, '--help']);
    const [, section = ''] = /\nEXAMPLES\n((?: {2}.*\n)+)/.exec(stdout) ?? [];
    const examples = section.trim().split(/\n */);
    expect(examples[0]).toMatch(/^spec-kitty /);
    for (const example of examples) {
      const run = await printed(shellWords(example).slice(1));
      expect({ example, ...run }).toEqual({ example, stdout: '', stderr: '', exitCode: 0 });
    }
  });
});

test('a command line that a parser refuses is noticed', async () => {
  disarm();
  const { stderr, exitCode } = await printed(['merge', '--no-such-flag']);
  expect({ stderr, exitCode }).toEqual({ stderr: expect.stringContaining('USAGE_ERROR'), exitCode: 2 });
});
