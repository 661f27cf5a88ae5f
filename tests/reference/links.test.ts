import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './product-texts.ts';

const PAGES = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z', '*.md'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\0')
  // Missions in test data are quoted as they were found.
  .filter((file) => file !== '' && !file.includes('corpus/') && existsSync(path.join(ROOT, file)));
const LINK = /\[[^\]]*\]\((?<target>[^)\s]+)\)/g;

test('every link of the documents leads to a file, and to a heading where it names one', () => {
  expect(PAGES.length).toBeGreaterThan(30);
  expect(PAGES.flatMap((file) => brokenLinks(file, text(file)))).toEqual([]);
});

test('every decision is in their index', () => {
  const decisions = PAGES.filter((file) => /^docs\/adr\/\d/.test(file)).map((file) => path.basename(file));
  expect(decisions.length).toBeGreaterThan(18);
  const index = [...text('docs/adr/README.md').matchAll(LINK)].map(({ groups }) => groups?.['target']);
  expect(index).toEqual(decisions.toSorted());
});

test('a link that leads nowhere is found', () => {
  const page = '[a](layout.md) [b](lay-out.md) [c](glossary.md#no-such-word)\n```sh\n[d](e)\n```';
  expect(brokenLinks('docs/x.md', page)).toEqual([
    'docs/x.md: lay-out.md',
    'docs/x.md: glossary.md#no-such-word',
  ]);
});

function brokenLinks(file: string, markdown: string): readonly string[] {
  const prose = markdown.replaceAll(/^(`{3,})[\s\S]*?^\1/gm, '').replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(LINK)]
    .map(({ groups }) => groups?.['target'] ?? '')
    .filter((target) => !/^[a-z]+:/.test(target) && !isThere(file, target))
    .map((target) => `${file}: ${target}`);
}

function isThere(file: string, target: string): boolean {
  const [page = '', heading] = target.split('#');
  const found = page === '' ? file : path.posix.join(path.posix.dirname(file), page);
  if (!existsSync(path.join(ROOT, found))) return false;
  return heading === undefined || headings(text(found)).has(heading);
}

/** As forges make them. */
function headings(markdown: string): ReadonlySet<string> {
  const titles = [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title);
  return new Set(
    titles.map((title) =>
      title
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
}

function text(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}
