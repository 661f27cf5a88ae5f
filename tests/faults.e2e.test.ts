import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Campaign,
  describeFailures,
  runCampaign,
  runIds,
} from '@spec-kitty/testkit/faults/fault-campaign';
import { abilities } from '@spec-kitty/testkit/faults/strike';
import { describe, expect, test } from 'vitest';

const BUDGET_MS = Number(process.env['SPEC_KITTY_FAULT_BUDGET_MS'] ?? 60_000);
const LEAST = 40;

/** The commit, so that every commit is tested with other faults and each of them again with the same. */
function seedOfCommit(): string {
  try {
    const cwd = fileURLToPath(new URL('..', import.meta.url));
    return execFileSync('git', ['rev-parse', 'HEAD'], { cwd, encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    // An unpacked archive has no commit.
    return 'no commit';
  }
}

const seed = seedOfCommit();
const able = (() => {
  const folder = mkdtempSync(path.join(tmpdir(), 'spec-kitty-able-'));
  const found = process.platform === 'linux' ? abilities(folder) : { mount: false, immutable: false };
  rmSync(folder, { recursive: true, force: true });
  return found;
})();

function report(campaign: Campaign): void {
  const { runs } = campaign;
  const killed = runs.filter(({ run }) => run.startsWith('k')).length;
  const struck = runs.filter(({ fired }) => fired).length;
  console.log(`${runs.length} fault runs, ${killed} with a real SIGKILL; ${struck} struck; seed ${seed}`);
  expect(describeFailures(campaign, seed)).toEqual([]);
}

describe.skipIf(process.platform === 'win32')('faults [need signals and process groups]', () => {
  test(
    "nothing acknowledged is lost, the checkout stays the user's, and the next run goes on",
    { timeout: BUDGET_MS + 120_000 },
    async () => {
      const kills = runIds('k', 0, 500);
      const runs = runIds('i', 0, 2000).flatMap((id, at) =>
        at % 4 === 0 ? [id, ...kills.slice(at / 4, at / 4 + 1)] : [id],
      );
      const campaign = await runCampaign({ seed, runs, budgetMs: BUDGET_MS, least: LEAST });
      report(campaign);
      expect(campaign.runs.length).toBeGreaterThanOrEqual(LEAST);
    },
  );

  test.skipIf(!able.mount)(
    'the same on a full disk [needs root, to mount a tmpfs]',
    { timeout: 120_000 },
    async () => {
      report(await runCampaign({ seed, runs: runIds('d', 0, 24) }));
    },
  );

  test.skipIf(!able.immutable)(
    'the same with files that cannot be changed [needs root and chattr]',
    { timeout: 120_000 },
    async () => {
      report(await runCampaign({ seed, runs: runIds('p', 0, 24) }));
    },
  );
});
