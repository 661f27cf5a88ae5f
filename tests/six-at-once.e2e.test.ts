import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { copyProduct } from '@spec-kitty/testkit/faults/product-copy';
import { runHere } from '@spec-kitty/testkit/faults/run-product';
import { MissionWorld } from '@spec-kitty/testkit/mission-world';
import { afterAll, beforeAll, expect, test } from 'vitest';

const product = copyProduct(fileURLToPath(new URL('..', import.meta.url)));
const run = promisify(execFile);
const PACKAGES = ['WP01', 'WP02', 'WP03', 'WP04', 'WP05', 'WP06'];
const TRIALS = 25;

// Six packages that share no file, finalized and untouched; put back for every trial.
const world = new MissionWorld();
const { root: cwd, env } = world.repository;
beforeAll(async () => {
  await world.plan(PACKAGES.map((id) => ({ id, owns: [`${id}.txt`] })));
  world.save();
});
afterAll(() => world.dispose());

/** Asks after the claims, when nothing happens at once any more, and so without a process for it. */
async function ask(...args: readonly string[]): Promise<unknown> {
  const { stdout } = await runHere(product, [...args, '--mission', world.directory, '--json'], { cwd, env });
  return JSON.parse(stdout);
}

interface Claimed {
  readonly code: number;
  readonly document: {
    readonly wp_id?: string;
    readonly workspace_path?: string;
    readonly error_code?: string;
    readonly error?: string;
  };
}

async function claim(wp: string, agent: string): Promise<Claimed> {
  const line = ['agent', 'action', 'implement', wp, '--agent', agent];
  const args = [product.bin, ...line, '--mission', world.directory, '--json'];
  try {
    return { code: 0, document: JSON.parse((await run(process.execPath, args, { cwd, env })).stdout) };
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string };
    return { code, document: JSON.parse(stdout) };
  }
}

test(`six agents claim six packages at once, ${TRIALS} times`, { timeout: 240_000 }, async () => {
  for (let trial = 1; trial <= TRIALS; trial++) {
    world.restore();
    const outcomes = await Promise.all(PACKAGES.map((wp, index) => claim(wp, `agent-${index}`)));
    expect(outcomes.filter(({ code }) => code !== 0)).toEqual([]);
    expect(new Set(outcomes.map(({ document }) => document.workspace_path)).size).toBe(6);
    for (const { document } of outcomes)
      expect(readFileSync(path.join(document.workspace_path ?? '', '.git'), 'utf8')).toContain('gitdir:');
    expect(await ask('agent', 'tasks', 'status')).toMatchObject({ by_lane: { in_progress: 6 } });
    expect(await ask('agent', 'status', 'validate')).toMatchObject({ passed: true });
  }
});

test('sixteen agents claim one package at once, and one of them gets it', { timeout: 120_000 }, async () => {
  world.restore();
  const agents = Array.from({ length: 16 }, (_, index) => `agent-${index}`);
  const outcomes = await Promise.all(agents.map((agent) => claim('WP01', agent)));
  const winners = agents.filter((_, index) => outcomes[index]?.code === 0);
  expect(winners).toHaveLength(1);
  const losers = outcomes.filter(({ code }) => code !== 0);
  for (const { code, document } of losers) {
    expect({ code, error_code: document.error_code }).toEqual({ code: 1, error_code: 'HELD_BY_OTHER' });
    expect(document.error).toContain(winners[0]);
  }
});
