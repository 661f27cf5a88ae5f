import { expect, test } from 'vitest';
import { misplacedLinks } from './misplaced-links.ts';

const link = (path: string, to: string) => ({ path, before: null, after: null, instead: { link: to } });

test.each([
  ['src/a.js', '/etc/passwd', 'src/a.js is a link out of the repository'],
  ['docs/a', '../../b', 'docs/a is a link out of the repository'],
  ['docs/a', 'C:\\x', 'docs/a is a link out of the repository'],
  ['docs/a', '../kitty-specs/x', 'docs/a is a link to kitty-specs/x'],
  ['docs/a', '../.git/config', 'docs/a is a link to .git/config'],
  ['src/a.js', './b.js', 'src/a.js is a link to src/b.js'],
])('%s to %s', (path, to, found) => expect(misplacedLinks([link(path, to)])).toEqual([found]));

test('links among the files, and submodules where no source was', () => {
  expect(misplacedLinks([link('CLAUDE.md', 'AGENTS.md'), link('docs/a', '../shared/b')])).toEqual([]);
  const submodule = (path: string) => ({ path, before: null, after: null, instead: 'submodule' as const });
  expect(misplacedLinks([submodule('vendor/lib'), { path: 'a.js', before: '', after: '' }])).toEqual([]);
  expect(misplacedLinks([submodule('src/a.js')])).toEqual(['src/a.js is a submodule']);
});
