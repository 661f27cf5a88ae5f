import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Campaign,
  countAspects,
  describeFailures,
  runCampaign,
  runIds,
} from '@spec-kitty/testkit/faults/fault-campaign';
import type { Letter } from '@spec-kitty/testkit/faults/fault-worker';
import { abilities } from '@spec-kitty/testkit/faults/strike';
import { beforeAll, describe, expect, test } from 'vitest';

/**
 * Time for the six harnesses here, which are run in turn by the same workers, so that the fixture and what each command
 * does without a fault are made once. With the setbacks, all fault runs of `npm test` keep within five minutes; what a
 * slow machine does not get to is left out, but never the first forty of each.
 */
const BUDGET_MS = Number(process.env['SPEC_KITTY_FAULT_BUDGET_MS'] ?? 60_000);
const LEAST = 40;
const MOST = 400;

/**
 * Far beyond what the first forty take on a machine with ten times as much to do as it has cores (five minutes): how
 * long that is says nothing about the program, and a worker that hangs is ended by the campaign.
 */
const LIMIT_MS = 60 * 60_000;

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

interface Harness {
  readonly name: string;
  readonly letter: Letter;
  readonly skipped?: boolean;
}

const HARNESSES: readonly Harness[] = [
  { name: 'SIGKILL to a real process or its group', letter: 'k' },
  { name: 'a crash, a power cut, a failing disk or an interrupted Git below the program', letter: 'i' },
  { name: "somebody else's Git command, or a removed worktree, meanwhile", letter: 'm' },
  { name: 'a merge in its variants, struck, ended one way or the other', letter: 's' },
  { name: 'a full disk [needs root, to mount a tmpfs]', letter: 'd', skipped: !able.mount },
  { name: 'files that cannot be changed [needs root and chattr]', letter: 'p', skipped: !able.immutable },
];

describe.skipIf(process.platform === 'win32')('faults [need signals and process groups]', () => {
  let campaign: Campaign | undefined;
  beforeAll(async () => {
    const letters = HARNESSES.filter(({ skipped }) => skipped !== true).map(({ letter }) => letter);
    // The first run of each harness, the second of each, and so on.
    const rounds = Array.from({ length: MOST }, (_, at) => at);
    campaign = await runCampaign({
      seed,
      runs: rounds.flatMap((at) => letters.flatMap((letter) => runIds(letter, at, 1))),
      budgetMs: BUDGET_MS,
      least: LEAST * letters.length,
    });
  }, LIMIT_MS);

  for (const { name, letter, skipped = false } of HARNESSES) {
    test.skipIf(skipped)(name, () => {
      const runs = campaign?.runs.filter(({ run }) => run.startsWith(letter)) ?? [];
      const struck = runs.filter(({ fired }) => fired).length;
      console.log(`${name}: ${runs.length} runs completed, ${struck} struck; seed ${seed}`);
      const aspects = countAspects(runs);
      if (aspects.size > 0)
        console.log([...aspects].map(([aspect, count]) => `  ${aspect}: ${count}`).join('\n'));
      expect(describeFailures({ runs }, seed)).toEqual([]);
      expect(runs.length).toBeGreaterThanOrEqual(LEAST);
      // A harness whose faults do not strike says nothing.
      expect(struck).toBeGreaterThan(runs.length / 10);
    });
  }
});
