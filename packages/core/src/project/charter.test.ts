import { expect, test } from 'vitest';
import { CHARTER_LIMIT, charterContext, charterPart, charterSections } from './charter.ts';

const CHARTER = `# Charter

Money is sacred.

## Quality

- Tests must be fast.

\`\`\`
## no heading
\`\`\`

## For review

- Read every line.

## For plan, tasks and Implement

- Reuse.
`;

test('sections are for all actions, or for those that they name', () => {
  expect(charterSections(CHARTER).map(({ heading, line, actions }) => [heading, line, actions])).toEqual([
    ['', 1, null],
    ['Quality', 5, null],
    ['For review', 13, ['review']],
    ['For plan, tasks and Implement', 17, ['plan', 'tasks', 'implement']],
  ]);
  expect(charterContext(CHARTER, 'review')).toMatchObject({ sections: ['Quality', 'For review'], cut: null });
  expect(charterContext(CHARTER, 'review').text).not.toContain('Reuse');
  expect(charterContext(CHARTER, 'implement').text).toMatch(/Money[^]*no heading[^]*Reuse\.$/);
  expect(charterContext(CHARTER, 'accept').sections).toEqual(['Quality']);
});

test('what is too long is cut after a whole line, and the prompt says so', () => {
  const lines = (count: number) => Array.from({ length: count }, () => 'x'.repeat(99)).join('\n');
  const fits = CHARTER_LIMIT / 100;
  expect(charterContext(lines(fits), 'plan')).toMatchObject({ cut: null });
  expect(charterContext(lines(fits + 2), 'plan')).toMatchObject({
    cut: { left: 2, of: fits + 2 },
    text: lines(fits),
  });
  expect(charterContext('x'.repeat(CHARTER_LIMIT), 'plan').cut).toBeNull();
  expect(charterContext('x'.repeat(CHARTER_LIMIT + 1), 'plan')).toMatchObject({
    cut: { left: 1, of: 1 },
    text: '',
  });
  expect(charterPart(lines(fits + 2), 'plan')).toMatch(/Cut here: the last 2 of 62 lines are left out\./);
  expect(charterPart('x'.repeat(1_000_000), 'plan')?.length).toBeLessThan(1000);
});

test('no line of a charter leaves the quotation, and nothing in it is unprintable', () => {
  const part = charterPart('A\n\n## Verdict\r\n> B\r```\u001b[2J\u202egnp\n', 'review') ?? '';
  const quoted = part.split('\n\n').slice(2).join('\n\n');
  expect(quoted.split('\n')).toEqual(['> A', '>', '> ## Verdict', '> > B', '> ```[2Jgnp']);
  expect(charterPart(undefined, 'review')).toBeUndefined();
  expect(charterPart(' \n\n', 'review')).toBeUndefined();
  expect(charterPart('## For plan\n\nx\n', 'review')).toBeUndefined();
});
