import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editFrontmatter, type EditableValue } from './edit-frontmatter.ts';
import { parseYamlMapping } from './parse-yaml-mapping.ts';
import { splitFrontmatter } from './split-frontmatter.ts';

const FILE = `---
# who and what
work_package_id: "WP01"   # never changes
title: 'It''s a title'
dependencies: []
owned_files:
  # the parser
  - "src/a/**"
  - src/b.ts   # one file

# branches
merge_target_branch: main
notes: |
  # not a comment
  dependencies: [WP09]
tags: [a,
  b]
---
Body with --- and
dependencies: [WP08]
`;

const edit = (text: string, values: Record<string, EditableValue>) => {
  const result = editFrontmatter(text, values);
  if (!result.ok) throw new Error(result.message);
  return result.text;
};

test('setting what is there returns the same text', () => {
  const result = editFrontmatter(FILE, {
    dependencies: [],
    title: "It's a title",
    owned_files: ['src/a/**', 'src/b.ts'],
  });
  expect(result).toEqual({ ok: true, text: FILE, changed: [] });
});

test('changes only the lines of the key, keeps items that stay, adds missing keys at the end', () => {
  const changed = edit(FILE, {
    dependencies: ['WP02'],
    owned_files: ['src/b.ts', 'src/new file.ts', '**/*.md'],
    execution_mode: 'code_change',
  });
  expect(changed).toBe(
    FILE.replace('dependencies: []\n', 'dependencies:\n- WP02\n')
      .replace(
        '  # the parser\n  - "src/a/**"\n  - src/b.ts   # one file\n',
        '  - src/b.ts   # one file\n  - src/new file.ts\n  - "**/*.md"\n',
      )
      .replace('  b]\n', '  b]\nexecution_mode: code_change\n'),
  );
});

test('keeps Windows line endings and the byte order mark', () => {
  const windows = `\uFEFF${FILE.replaceAll('\n', '\r\n')}`;
  expect(edit(windows, { dependencies: ['WP02'] })).toBe(
    windows.replace('dependencies: []\r\n', 'dependencies:\r\n- WP02\r\n'),
  );
});

test('replaces lists without indentation, flow lists over lines, quoted keys and folded texts', () => {
  const file = (yaml: string) => `---\n${yaml}z: 1\n---\n`;
  expect(edit(file('a:\n- x\n- y\n'), { a: ['y'] })).toBe(file('a:\n- y\n'));
  expect(edit(file('a: [x,\n  y]\n'), { a: 'b' })).toBe(file('a: b\n'));
  expect(edit(file('"a": x\n'), { a: 'w' })).toBe(file('a: w\n'));
  expect(edit(file('a: >-\n  x\n\n  y\n# next\n'), { a: 'b' })).toBe(file('a: b\n# next\n'));
  expect(edit('---\n---\n', { a: 1 })).toBe('---\na: 1\n---\n');
});

test.each([
  ['a mapping in braces', '---\n{a: 1}\n---\n'],
  ['an anchor that something else uses', '---\na: &x [1]\nb: *x\n---\n'],
  ['an explicit key', '---\n? a\n: 1\n---\n'],
])('refuses %s rather than touch something else', (_, text) => {
  expect(editFrontmatter(text, { a: 'new' })).toMatchObject({ ok: false });
});

test('every value is read back as it was given, and nothing else changes', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({
      unit: fc.constantFrom(...Array.from(' #:-?*&!|>%@`"\'{}[],=~\t\n\r\\ab01.\u2028\u0085\uFEFF')),
    }),
    fc.constantFrom(
      'yes',
      'null',
      '~',
      '1',
      '0x1',
      '1e3',
      '.inf',
      '2020-01-01',
      '12:30',
      '<<',
      '=',
      'src/**',
      '.github/x',
    ),
  );
  const value = fc.oneof(text, fc.boolean(), fc.integer(), fc.array(text));
  const key = fc.constantFrom('dependencies', 'owned_files', 'title', 'tags', 'notes', 'added', 'also_added');
  fc.assert(
    fc.property(fc.dictionary(key, value, { minKeys: 1 }), (values) => {
      const given = Object.fromEntries(Object.entries(values));
      const changed = edit(FILE, given);
      const parsed = parseYamlMapping(splitFrontmatter(changed)?.yaml ?? '');
      const before = parseYamlMapping(splitFrontmatter(FILE)?.yaml ?? '');
      expect(parsed.ok && parsed.values).toEqual({ ...(before.ok && before.values), ...given });
      expect(changed.endsWith(FILE.slice(FILE.indexOf('---\nBody')))).toBe(true);
      expect(changed).toContain('work_package_id: "WP01"   # never changes\n');
      expect(edit(changed, given)).toBe(changed);
    }),
    { numRuns: fc.readConfigureGlobal().numRuns ?? 500 },
  );
});
