import { readFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { HolderRecord } from '../lock/lock-method.ts';
import { judgeHolder, parseStat, processFacts, holderRecord, thisPlace } from './process-identity.ts';

const here = { host: 'here', machineId: 'm1', bootId: 'b1', pidNamespace: 'n1' };
const holder: HolderRecord = { pid: 7, since: '', purpose: 'test', startTime: '100', ...here };
const running = () => ({ exists: true, startTime: '100' });

describe('judging a holder', () => {
  test.each([
    ['runs', holder, running, 'alive'],
    ['is gone', holder, () => ({ exists: false }), 'dead'],
    ['gave its number to a later process', holder, () => ({ exists: true, startTime: '200' }), 'dead'],
    ['ran before the machine started', { ...holder, bootId: 'b0' }, running, 'dead'],
    [
      'is on a machine of the same name',
      { ...holder, machineId: 'm2', bootId: 'b0' },
      () => ({ exists: false }),
      'unknown',
    ],
    [
      'does not say which machine of that name it is on',
      { ...holder, machineId: undefined, bootId: 'b0' },
      () => ({ exists: false }),
      'unknown',
    ],
    ['is on another machine', { ...holder, host: 'there', bootId: 'b0' }, running, 'unknown'],
    ['is in another container', { ...holder, pidNamespace: 'n2' }, () => ({ exists: false }), 'unknown'],
    ['hides its start', holder, () => ({ exists: true }), 'alive'],
  ] as const)('that %s', (_, record, look, verdict) => {
    expect(judgeHolder(record, here, look)).toBe(verdict);
  });
});

test('reads the state and the start behind a name full of traps', () => {
  const rest = `S 1 ${'0 '.repeat(15)}1 0 424242 9 9`;
  expect(parseStat(`12 (a) Z (b c) ${rest}`)).toEqual({ exists: true, startTime: '424242' });
  expect(parseStat(`12 (x) ${rest.replace('S', 'Z')}`)).toEqual({ exists: false, startTime: '424242' });
  expect(parseStat(`12 (x) ${rest.replace('S', 'Z').replace('1 0 424242', '3 0 424242')}`)).toMatchObject({
    exists: true,
  });
});

test('this process is alive to itself', () => {
  expect(judgeHolder(holderRecord('test'), thisPlace())).toBe('alive');
});

test('a number that no process can have is one of none', () => {
  expect(processFacts(2 ** 40)).toEqual({ exists: false });
});

test.skipIf(process.platform !== 'linux')(
  'the facts of a child end with it, zombie or not [Linux only]',
  async () => {
    // The shell's own child is killed and never waited for, so it stays behind as a zombie.
    const shell = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = await once(shell.stdout, 'data');
    const pid = Number(String(line));
    expect(processFacts(pid)).toMatchObject({ exists: true, startTime: expect.stringMatching(/^\d+$/) });
    // Until it is another program, the shell may still look after its children.
    await expect.poll(() => readFileSync(`/proc/${shell.pid}/comm`, 'utf8')).toBe('sleep\n');
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => processFacts(pid).exists).toBe(false);
    expect(() => process.kill(pid, 0), 'still in the process table').not.toThrow();
    shell.kill('SIGKILL');
  },
);
