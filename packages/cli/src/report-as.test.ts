import { Fault } from '@spec-kitty/core/fault';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { reportAs } from './report-as.ts';
import { envelopeSchema } from './testing/envelope-schema.ts';

/** What a failure is reported as, when a command line has come to nothing. */
function report(argv: readonly string[], failure: unknown) {
  let [stdout, stderr] = ['', ''];
  const exitCode = reportAs(argv, failure, {
    clock: { nowMicros: () => 1_800_000_000_000_001 },
    ids: { next: () => '01KE6Z2V3M8Q4T5X6Y7Z8A9B0C' },
    stdout: (text) => void (stdout += text),
    stderr: (text) => void (stderr += text),
  });
  return { exitCode, stdout, stderr };
}

test.each([
  [new Fault('interrupted', 'INTERRUPTED', 'Stopped.'), 130, 'INTERRUPTED'],
  [new TypeError('undefined is not a function'), 1, 'INTERNAL_ERROR'],
])('whatever ends a command of the contract is an envelope: %s', (failure, exitCode, code) => {
  const { stdout, stderr, ...ended } = report(
    ['orchestrator-api', 'list-ready', '--mission', 'pay'],
    failure,
  );
  expect({ ...ended, stderr }).toEqual({ exitCode, stderr: '' });
  const envelope: unknown = JSON.parse(stdout);
  const ajv = new Ajv2020();
  expect(ajv.validate(envelopeSchema('list-ready'), envelope), ajv.errorsText()).toBe(true);
  expect(envelope).toMatchObject({
    command: 'orchestrator-api.list-ready',
    timestamp: '2027-01-15T08:00:00.000000+00:00',
    error_code: code,
  });
});

test('every other command is answered in its own form', () => {
  const failure = new Fault('refused', 'WP_NOT_FOUND', 'There is none.');
  expect(report(['status', 'orchestrator-api'], failure)).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: 'Error: There is none. [WP_NOT_FOUND]\n',
  });
  expect(JSON.parse(report(['status', '--json'], failure).stdout)).toMatchObject({
    error_code: 'WP_NOT_FOUND',
  });
});

test.each([
  ['EISDIR', '/a/key', 'The system refused: a folder is in the place of a file: /a/key'],
  ['EIO', undefined, 'The system refused: the disk, or the connection to it, fails'],
  ['EWORDS', '/a', 'The system refused: EWORDS: oh, open'],
])('what the system says is told in words: %s', (code, path, error) => {
  const failure = Object.assign(new Error(`${code}: oh, open`), { code, syscall: 'open', path });
  const { exitCode, stdout } = report(['status', '--json'], failure);
  expect({ exitCode, ...(JSON.parse(stdout) as object) }).toMatchObject({
    exitCode: 1,
    error,
    system_code: code,
  });
});
