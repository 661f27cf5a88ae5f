import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgePlan } from '../finalize/plan-finalization.ts';
import { SOUND } from '../finalize/testing/sound-mission.ts';
import { isSlug } from '../mission/plan-mission.ts';
import { quickDocuments, quickSlug, quickTitle } from './quick-texts.ts';

test.each([
  ['Greet people by their name', 'greet-people-by-their-name'],
  ['Écoute: ça marche!', 'ecoute-ca-marche'],
  ['Fix #12, then\nmore', 'fix-12-then'],
  ['\n\n  ---\nAdd it', 'add-it'],
  ['日本', 'quick-change'],
  [`${'a'.repeat(60)} b`, 'a'.repeat(40)],
  ['one two three four five six seven eight nine', 'one-two-three-four-five-six-seven-eight'],
])('%j is named %s', (request, slug) => {
  expect(quickSlug(request)).toBe(slug);
});

test('a title is one line that fits, cut between characters', () => {
  expect(quickTitle('Greet\tpeople\nby name')).toBe('Greet people');
  expect(quickTitle('x'.repeat(72))).toBe('x'.repeat(72));
  expect(quickTitle('🐈'.repeat(73))).toBe(`${'🐈'.repeat(71)}…`);
});

test('what Markdown would read otherwise is escaped, and the request itself stands as it was made', () => {
  const request = 'Use `a|b`, *not* <c> & [d](e) ~f~ #1 $x \\y';
  const documents = quickDocuments({ request, ownedFiles: ['**'], createIntent: [] });
  const escaped = String.raw`Use \`a\|b\`, \*not\* \<c\> \& \[d\](e) \~f\~ \#1 \$x \\y`;
  expect(documents['spec.md']).toContain(`| FR-001 | The request is met: ${escaped} |`);
  expect(documents['spec.md']).toContain(`~~~text\n> ${request}\n~~~`);
  expect(documents['tasks.md']).toContain(`## WP01: ${escaped}\n`);
});

test('whatever is asked, it is a sound plan of one package and one requirement', () => {
  const word = fc.constantFrom(
    '---',
    '~~~',
    '```',
    '- FR-002: x',
    '| C-001 | y |',
    '## WP02: z',
    'Depends on WP07',
    '\n',
    '\r',
    '"',
    '\u0085',
    '\u2028',
  );
  const request = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(word).map((words) => words.join(' ')),
  );
  fc.assert(
    fc.property(request, (text) => {
      const documents = quickDocuments({ request: text, ownedFiles: ['src/**'], createIntent: [] });
      const slug = quickSlug(text);
      expect(isSlug(slug)).toBe(true);
      const { planning, refusals } = judgePlan({
        ...SOUND,
        spec: documents['spec.md'],
        plan: documents['plan.md'],
        tasksMd: documents['tasks.md'],
        files: [{ name: `WP01-${slug}.md`, text: documents[`tasks/WP01-${slug}.md`] ?? '' }],
      });
      expect(refusals).toEqual([]);
      expect([...planning.refs]).toEqual([['WP01', ['FR-001']]]);
      expect(planning.files[0]?.title.trim()).toBe(quickTitle(text).trim() || 'WP01');
    }),
  );
});
