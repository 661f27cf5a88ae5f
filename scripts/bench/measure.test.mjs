import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { measure, median, quoted, sampleReader } from './measure.mjs';

const busy = 'const end = process.cpuUsage().user + 200e3; while (process.cpuUsage().user < end);';
const idle = 'setTimeout(() => {}, 300)';
const large = 'globalThis.kept = Buffer.alloc(100 * 2 ** 20, 1)';

let folder;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "it's measured "))));
afterEach(() => rmSync(folder, { recursive: true }));

const hasBash5 = spawnSync('bash', ['-c', '[ -n "$EPOCHREALTIME" ]']).status === 0;

describe.skipIf(!hasBash5)('measure (skipped where bash 5 is missing)', () => {
  const take = (...samples) => measure(samples, { usageFile: path.join(folder, 'usage'), env: process.env });
  const node = (script) => [process.execPath, '-e', script];

  test('tells CPU time, elapsed time and memory apart', async () => {
    const [empty, working, waiting, big] = await take(
      { id: 'empty', folder, command: node(''), hooked: true },
      { id: 'busy', folder, command: node(busy), hooked: true },
      { id: 'idle', folder, command: node(idle), hooked: true },
      { id: 'large', folder, command: node(large), hooked: true },
    );
    // Bounds that hold on a machine however busy: what a program burns or waits for is the least that it takes.
    expect(working.cpu).toBeGreaterThan(200);
    expect(working.ownCpu).toBeGreaterThan(190);
    expect(waiting.wall).toBeGreaterThan(290);
    expect(waiting.cpu).toBeLessThan(waiting.wall);
    expect(big.memory - empty.memory).toBeGreaterThan(95);
  });

  test('counts children as CPU, but not as own CPU', async () => {
    const parent = `require('child_process').execFileSync(process.execPath, ['-e', ${JSON.stringify(busy)}], { env: {} })`;
    const [sample] = await take({ id: 'parent', folder, command: node(parent), hooked: true });
    expect(sample.cpu - sample.ownCpu).toBeGreaterThan(190);
  });

  test('prepares before every run, outside of what is measured, and reports failures', async () => {
    const burn = `${quoted(process.execPath)} -e ${quoted(busy)}; echo run >> runs`;
    const [sample, failed] = await take(
      { id: 'prepared', folder, prepare: burn, repeat: 2, command: ['true'] },
      { id: 'failed', folder, command: ['sh', '-c', 'test "$(cat runs | wc -l)" -eq 99'] },
    );
    expect(sample).toMatchObject({ id: 'prepared', status: 0 });
    // Once would already be 200.
    expect(sample.cpu).toBeLessThan(200);
    expect(sample.ownCpu).toBeUndefined();
    expect(failed.status).toBe(1);
    const [count] = await take({
      id: 'count',
      folder,
      command: ['sh', '-c', 'test "$(cat runs | wc -l)" -eq 2'],
    });
    expect(count.status).toBe(0);
  });
});

test('a sample is the mean of its runs', () => {
  const samples = [];
  const read = sampleReader((sample) => samples.push(sample));
  const run = (start, end, before, after) => [
    '0m0.500s 0m0.500s',
    `0m${before}s 0m0.000s`,
    `start ${start}`,
    `end ${end}`,
    '0m0.500s 0m0.500s',
    `0m${after}s 0m0.004s`,
  ];
  [...run('100.000', '100.030', '0.010', '0.030'), ...run('101.000', '101.010', '0.034', '1m0.034')]
    .map((line) => line.replace('0m1m', '1m'))
    .concat('sample x 0')
    .forEach(read);
  expect(samples).toHaveLength(1);
  expect(samples[0]).toMatchObject({ id: 'x', status: 0 });
  expect(samples[0].wall).toBeCloseTo(20);
  expect(samples[0].cpu).toBeCloseTo((24 + 60_004) / 2);
});

test('median', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
});
