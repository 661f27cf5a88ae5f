import { expect, test } from 'vitest';
import { outputTail, wholeOutput } from './output-tail.ts';

const output = (stdout: string, stderr = '') => ({ stdout, stderr });

test('a report shows the last lines as a terminal would, without colours', () => {
  const printed = '\u001b[31mred\u001b[0m\u001b]0;title\u0007\r\n10 %\r100 %\nend\n';
  expect(outputTail(output(printed))).toBe('red\n100 %\nend');
  expect(outputTail(output(`${'line\n'.repeat(30)}last`, 'error')).split('\n')).toHaveLength(20);
});

test('neither the report nor the log has secrets', () => {
  const printed = output('Authorization: Basic abc', 'PASSWORD=hunter2\n');
  expect(wholeOutput(printed)).toBe('Authorization: ***\nPASSWORD=***\n');
  expect(outputTail(printed)).toBe('Authorization: ***\nPASSWORD=***');
});
