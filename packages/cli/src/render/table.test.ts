import { expect, test } from 'vitest';
import { renderTable } from './table.ts';

test('columns stay in line with East Asian letters, emoji, half-width forms and combining marks', () => {
  const names = ['ab', '請求', 'ｱｲ', 'Ａ', 'e\u0301', '🐈', '한', 'ー'];
  const lines = renderTable(
    ['NAME', 'AT'],
    names.map((name) => [name, '|']),
  ).split('\n');
  expect(lines.slice(1)).toEqual(
    [2, 4, 2, 2, 1, 2, 2, 2].map((columns, at) => `${names[at]}${' '.repeat(4 - columns)}  |`),
  );
});

test('a text with line ends stays in its row', () => {
  const rows = [
    ['planned', 'WP01', 'One\r\ndone     WP02\u2028\tTwo'],
    ['planned', 'WP02', 'Two'],
  ];
  expect(renderTable(['LANE', 'WP', 'TITLE'], rows)).toBe(
    'LANE     WP    TITLE\nplanned  WP01  One done     WP02 Two\nplanned  WP02  Two',
  );
});
