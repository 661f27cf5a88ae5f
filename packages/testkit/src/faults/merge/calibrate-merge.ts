import type { Calibration } from '../harness-fault.ts';
import type { Stretch } from '../fault-plan.ts';
import { runApart, runHere } from '../run-product.ts';
import type { Range } from '../strike.ts';
import { mergeArgv } from './merge-argv.ts';
import type { MergeVariant } from './merge-variant.ts';

/** What a merge takes without a fault, to know where one can strike: in all of it, and while it could be undone. */
export interface MergeCalibration {
  readonly whole: Calibration;
  readonly undoable: Calibration;
}

/** From the merge's record to its events: `merge --abort` brings back everything. */
const UNDOABLE: Stretch = {
  since: String.raw`/spec-kitty/moves/merge-[^/]+\.json$`,
  until: String.raw`/spec-kitty/journal/[^/]+\.jsonl$`,
};

/** Counts the calls of a merge. @throws Error when it does not succeed, or nothing of it could be undone. */
export async function calibrateMerge(
  { fixture, injector }: Range,
  strategy: MergeVariant['strategy'],
): Promise<MergeCalibration> {
  const argv = mergeArgv(fixture.mission, '--strategy', strategy);
  const place = { cwd: fixture.root, env: fixture.env };
  fixture.restore('rivals');
  const start = performance.now();
  await runApart(fixture.product, argv, place);
  const apartMs = performance.now() - start;
  const count = async (within?: Stretch): Promise<Calibration> => {
    fixture.restore('rivals');
    injector.arm({ kind: 'none', ...(within && { within }) });
    const { exitCode, stdout } = await runHere(fixture.product, argv, place);
    const counted = { ...(await injector.disarm()), apartMs, ...(within && { within }) };
    if (exitCode !== 0 || counted.effects < 10) throw new Error(`A merge cannot be counted: ${stdout}`);
    return counted;
  };
  return { whole: await count(), undoable: await count(UNDOABLE) };
}
