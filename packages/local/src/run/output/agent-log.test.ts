import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { AgentLog } from './agent-log.ts';

const hides = (text: string) => text.replaceAll('hunter2', '***');

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'agent-log-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

test('each line is on disk at once, without secrets, behind what was there', () => {
  const file = path.join(folder(), 'output.log');
  writeFileSync(file, 'before\n');
  const log = new AgentLog(file, hides);
  log.add('my hunter2');
  expect(readFileSync(file, 'utf8')).toBe('before\nmy ***\n');
  log.close();
  expect(readFileSync(file, 'utf8')).toBe('before\nmy ***\n');
});

test('a long line is cut, and no secret with it', () => {
  const file = path.join(folder(), 'output.log');
  const log = new AgentLog(file, hides);
  log.add(`${'x'.repeat(256 * 1024 - 3)}hunter2${'y'.repeat(1_000_000)}`);
  log.close();
  const text = readFileSync(file, 'utf8');
  expect(text.slice(256 * 1024 - 5)).toBe('xx*** [spec-kitty: the rest of this line was cut]\n');
});

test('of a flood the beginning and the end are kept, and how much was between them is said', () => {
  const file = path.join(folder(), 'output.log');
  const log = new AgentLog(file, hides, { headBytes: 100, tailBytes: 100 });
  for (let at = 0; at < 100_000; at += 1) log.add(`line ${at} hunter2`);
  expect(log.isFull).toBe(true);
  log.close();
  const lines = readFileSync(file, 'utf8').split('\n');
  expect(statSync(file).size).toBeLessThan(500);
  expect(lines.slice(0, 2)).toEqual(['line 0 ***', 'line 1 ***']);
  expect(lines.at(-2)).toBe('line 99999 ***');
  const gap = lines.findIndex((line) => line.startsWith('['));
  const [, cut = ''] =
    /^\[spec-kitty: (\d+) characters of output were cut here\]$/.exec(lines[gap] ?? '') ?? [];
  const first = Number(/\d+/.exec(lines[gap + 1] ?? ''));
  let between = 0;
  for (let at = gap; at < first; at += 1) between += `line ${at} hunter2\n`.length;
  expect(Number(cut)).toBe(between);
});

test.skipIf(process.platform !== 'linux')(
  'a disk that is full costs the log, and nothing else [needs /dev/full]',
  () => {
    const log = new AgentLog('/dev/full', hides);
    log.add('line');
    log.close();
    expect(log.trouble).toBe('ENOSPC');
  },
);
