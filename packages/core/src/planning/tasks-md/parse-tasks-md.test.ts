import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTasksMd } from './parse-tasks-md.ts';

const dependencies = (text: string) =>
  Object.fromEntries([...parseTasksMd(text).sections].map(([id, section]) => [id, section.dependencies]));
const warnings = (text: string) => parseTasksMd(text).warnings.map(({ line, rule }) => [line, rule]);
const inSection = (...lines: string[]) => ['## WP09: Section', ...lines].join('\n');
const declared = (...lines: string[]) => dependencies(inSection(...lines))['WP09'];

test('T4.1 RG-2: a section after the last package is not parsed', () => {
  const text = `## WP01 — First
**Dependencies**: WP00

## WP02 — Second
Some text.

## Notes
Depends on WP01
**Dependencies**: WP01
`;
  expect(dependencies(text)).toEqual({ WP01: ['WP00'], WP02: [] });
  expect(warnings(text)).toEqual([]);
});

test('T4.2: a trailing paragraph that mentions a package declares nothing', () => {
  const text = '## WP01: A\n\n## WP03: B\n\nThis one touches what WP02 built and may depend on WP02.\n';
  expect(dependencies(text)).toEqual({ WP01: [], WP03: [] });
});

test('T4.3: a declaration below a subheading inside a section counts', () => {
  expect(declared('### Test plan', '', '- Depends on WP02')).toEqual(['WP02']);
});

test.each([
  ['## WP01', 'WP01', ''],
  ['### WP01: x', 'WP01', 'x'],
  ['## WP01 — x', 'WP01', 'x'],
  ['## WP01 (P1)', 'WP01', '(P1)'],
  ['## WP01-x', 'WP01', 'x'],
  ['## Work Package WP12: x', 'WP12', 'x'],
  ['## Work Package 3', 'WP03', ''],
  ['### Work Package 12 — x', 'WP12', 'x'],
])('the heading %j begins section %s', (heading, id, title) => {
  expect(parseTasksMd(heading).sections.get(id)).toMatchObject({ id, title, line: 1 });
});

test.each([
  ['# WP01', 'heading-level'],
  ['#### WP03 — x', 'heading-level'],
  ['## WP1', 'heading-form'],
  ['## WP100', 'heading-form'],
  ['## Work Package 100', 'heading-form'],
  ['## wp01: x', 'heading-form'],
  ['## **WP01** x', 'heading-form'],
  ['##WP01', 'heading-form'],
  [' ## WP01', 'heading-form'],
])('the heading %j begins none and says so', (heading, rule) => {
  expect(dependencies(heading)).toEqual({});
  expect(warnings(`\n${heading}`)).toEqual([[2, rule]]);
});

test.each(['## Phase 1 — WP01', '## Notes', '**WP01**', 'WP01 follows'])(
  '%j is no heading of a package at all',
  (line) => {
    expect(dependencies(line)).toEqual({});
    expect(warnings(line)).toEqual([]);
  },
);

test("a deeper heading that repeats its own section's id is a subheading", () => {
  expect(warnings('## WP01\n\n#### WP01 details')).toEqual([]);
});

test('a repeated heading replaces the section and is reported with both lines', () => {
  const { sections, warnings: found } = parseTasksMd(
    '## WP01: a\nDepends on WP02\n## WP01: b\nDepends on WP03',
  );
  expect(sections.get('WP01')).toMatchObject({ title: 'b', line: 3, dependencies: ['WP03'] });
  expect(found).toMatchObject([{ file: 'tasks.md', line: 3, rule: 'heading-repeated' }]);
  expect(found[0]?.message).toContain('line 1');
});

test.each<[string, string[]]>([
  ['Depends on WP01', ['WP01']],
  ['- depend on wp01, WP02', ['WP01', 'WP02']],
  ['* Depends on WP01 , WP02.', ['WP01', 'WP02']],
  ['Dependencies: WP01', ['WP01']],
  ['**Dependencies**: WP02, WP01 (why)', ['WP02', 'WP01']],
  ['- **Dependencies**: WP01; then', ['WP01']],
  ['**Priority**: P1 | **Dependencies**: WP01 | x', ['WP01']],
  ['| Dependencies: WP01, WP02 |', ['WP01', 'WP02']],
  ['**Dependencies**: Depends on WP01, WP02', ['WP01', 'WP02']],
  ['**Dependencies**: WP01 # note', ['WP01']],
  ['**Dependencies**: None (WP01 runs alongside)', []],
  ['**Dependencies**: []', []],
  ['**Dependencies**:', []],
  ['Dependencies: no deps', []],
])('%j declares %j and is no near miss', (line, ids) => {
  expect(declared(line)).toEqual(ids);
  expect(warnings(inSection(line))).toEqual([]);
});

test.each<[string, string[], string]>([
  ['**Dependencies:** WP01', [], 'dependency-colon-in-bold'],
  ['**Depends on:** WP01', [], 'dependency-colon-in-bold'],
  ['**Depends on**: WP01', [], 'dependency-label'],
  ['Depends on: WP01', [], 'dependency-label'],
  ['Depends on WP02; WP03', ['WP02'], 'dependency-ids-ignored'],
  ['Depends on WP02 and WP03', ['WP02'], 'dependency-ids-ignored'],
  ['Depends on WP01 (x), WP02 (y)', ['WP01'], 'dependency-ids-ignored'],
  ['Depends on WP01-WP04', ['WP01'], 'dependency-ids-ignored'],
  ['- Depends on **WP01**', [], 'dependency-ids-ignored'],
  ['Dependencies: WP01 and WP03', [], 'dependency-ids-ignored'],
  ['Dependencies: [WP01]', [], 'dependency-ids-ignored'],
  ['Dependencies: WP1', [], 'dependency-ids-ignored'],
  ['**Priority**: P1. **Dependencies**: WP01.', [], 'dependency-not-at-line-start'],
])('%j declares only %j and warns', (line, ids, rule) => {
  expect(declared(line)).toEqual(ids);
  expect(warnings(inSection('', line))).toEqual([[3, rule]]);
});

test('form 3: bullets below a heading, to the next heading or the first line that is none', () => {
  expect(
    declared('#### **Dependencies**', '', '- WP01 (why)', '* WP02', '', '- WP03', '### Next', '- WP04'),
  ).toEqual(['WP01', 'WP02', 'WP03']);
  const ended = ['### Dependencies', '- WP01, WP05', '- None else', '- WP02'];
  expect(declared(...ended)).toEqual(['WP01']);
  expect(warnings(inSection(...ended))).toEqual([
    [3, 'dependency-ids-ignored'],
    [5, 'dependency-list-ended'],
  ]);
});

test('forms are united in their order, without repeats', () => {
  expect(
    declared('### Dependencies', '- WP04', '- WP01', '', '**Dependencies**: WP03', 'Depends on WP02, WP03'),
  ).toEqual(['WP02', 'WP03', 'WP04', 'WP01']);
});

test('fenced code declares nothing, begins nothing, and ends a list', () => {
  const text = inSection(
    '```md',
    '## WP03: not a section',
    'Depends on WP02',
    '```',
    '### Dependencies',
    '- WP01',
    '~~~',
    'code',
    '~~~',
    '- WP04',
  );
  expect(dependencies(text)).toEqual({ WP09: ['WP01'] });
  expect(warnings(text)).toEqual([
    [3, 'heading-in-fence'],
    [4, 'dependency-in-fence'],
    [11, 'dependency-list-ended'],
  ]);
});

test.each([
  [
    'a shorter fence or another marker does not close',
    ['````', '```', '~~~~', '## WP02', '````', '## WP03'],
    ['WP03'],
  ],
  ['an info string with backticks is inline code', ['``` a`b', '## WP02'], ['WP02']],
  ['four columns are indented code, no fence', ['    ```', '## WP02'], ['WP02']],
  ['a list item moves the margin', ['1. item', '', '    ```', '    ## WP02', '    ```', '## WP03'], ['WP03']],
  ['the end of a list item ends its fence', ['- item', '  ```', '  code', '## WP02'], ['WP02']],
])('fences: %s', (_, lines, ids) => {
  expect(Object.keys(dependencies(lines.join('\n')))).toEqual(ids);
});

test('a fence that nothing closes is reported where it opens', () => {
  expect(warnings('## WP01\n\n```\n## WP02\n')).toEqual([
    [3, 'fence-unclosed'],
    [4, 'heading-in-fence'],
  ]);
});

test('a foreign heading bounds only the last section, and what it lets through is reported', () => {
  const text =
    '## WP01\n## Notes\nDepends on WP05\n## WP02\n## Dependencies\n- WP01\n## Notes\nDepends on WP04';
  expect(dependencies(text)).toEqual({ WP01: ['WP05'], WP02: ['WP01'] });
  expect(warnings(text)).toEqual([[3, 'dependency-after-other-heading']]);
});

test('subtasks come from table rows and check boxes', () => {
  const text = inSection('| T001 | a |', '- [ ] T002 b', '- [x] **T003** c', 'T004 d', '- [ ] T002 again');
  expect(parseTasksMd(text).sections.get('WP09')?.subtasks).toEqual(['T001', 'T002', 'T003']);
});

test('line endings and a byte order mark do not matter', () => {
  const lines = ['## WP01: a', '', '**Dependencies**: WP02', '## WP02'];
  const unix = parseTasksMd(lines.join('\n'));
  expect(parseTasksMd(`\uFEFF${lines.join('\r\n')}`)).toEqual(unix);
  expect(unix.sections.get('WP01')?.title).toBe('a');
});

test('any text is parsed, and a declaration is found wherever the forms allow it', () => {
  const noise = fc.array(
    fc.constantFrom('text', '', '- item', '| a | b |', '### Sub', 'see WP07 for more', '> quote'),
  );
  const ids = fc.uniqueArray(fc.constantFrom('WP01', 'WP02', 'WP03', 'WP04'), { minLength: 1 });
  const form = fc.constantFrom(
    (list: string[]) => `Depends on ${list.join(', ')}`,
    (list: string[]) => `**Dependencies**: ${list.join(', ')}`,
    (list: string[]) => `### Dependencies\n${list.map((id) => `- ${id}`).join('\n')}`,
  );
  fc.assert(
    fc.property(noise, ids, form, noise, (before, list, write, after) => {
      expect(declared(...before, write(list), ...after)).toEqual(list);
    }),
  );
  fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => void parseTasksMd(text)));
});

test.each(['**Dependencies:** WP02, WP03', '**Depends on**: WP02, WP03'])(
  'what to write instead has the ids of the line: %s',
  (line) => {
    const [warning] = parseTasksMd(inSection(line)).warnings;
    expect(warning?.message).toContain('write "**Dependencies**: WP02, WP03"');
  },
);
