import { DOCTOR_CASES } from '@spec-kitty/testkit/auth-doctor-cases';
import { beforeAll, expect, test } from 'vitest';
import { disarm, printed, shellWords } from './command-tree.ts';

beforeAll(() => disarm());

/** What people have on their machines anyway. */
const SYSTEM = ['chmod', 'kill', 'mv', 'npm', 'rm', 'sudo', 'unset'];

const COMMANDS = DOCTOR_CASES.flatMap(([id, , , , command]) =>
  command === null ? [] : [[id, command] as const],
);

test.each(COMMANDS)('R-01: what helps against %s is a command that there is: %s', async (_, command) => {
  const [program = '', ...argv] = shellWords(command);
  // Tests follow these in a shell, where they can; `kill` and `npm install` are left to people.
  if (program !== 'spec-kitty') return expect(SYSTEM).toContain(program);
  expect(await printed(argv)).toEqual({ stdout: '', stderr: '', exitCode: 0 });
});
