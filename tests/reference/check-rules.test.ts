import { expect, test } from 'vitest';
import { CHECK_RULES } from '../../packages/core/src/check/check-rules.ts';

test('docs/reference/check-rules.md lists every rule', async () => {
  const rows = Object.entries(CHECK_RULES).toSorted(([, a], [, b]) => (a.id < b.id ? -1 : 1));
  const cell = (text: string) => text.replaceAll('|', String.raw`\|`).replaceAll(/[<>]/g, String.raw`\$&`);
  const page = [
    '# Rules of `check`',
    '',
    'What `spec-kitty check` looks for. An error is what `finalize-tasks` or `accept` would refuse, by the same code; a',
    'warning is worth a look, and a note says what is still to be written. Ids are never given to another rule. Written by',
    '`npx vitest run tests/reference -u`; do not edit.',
    '',
    '| Id | Name | Severity | Finds | Mend |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map(
      ([name, { id, severity, help, mend }]) =>
        `| ${id} | \`${name}\` | ${severity} | ${cell(help)} | ${cell(mend)} |`,
    ),
    '',
  ];
  await expect(page.join('\n')).toMatchFileSnapshot('../../docs/reference/check-rules.md');
});
