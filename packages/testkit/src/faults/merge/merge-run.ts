import type { FaultRun } from '../fault-run.ts';
import { collect, isExpectedBug } from '../fault-run.ts';
import type { Fixture } from '../fault-fixture.ts';
import type { HarnessFault } from '../harness-fault.ts';
import {
  changesBy,
  checkoutChanges,
  laggingBehind,
  lossesOfMerge,
  type MergeStake,
  phaseOf,
  shortcomings,
  takeMergeStock,
} from '../judge/merge-losses.ts';
import { git, MAIN, pendingMerges } from '../judge/repository-facts.ts';
import { groupEnd, type ProductRun, runApart, runHere } from '../run-product.ts';
import { type Range, strike, type Struck } from '../strike.ts';
import { commitOnTarget } from './commit-on-target.ts';
import { mergeArgv } from './merge-argv.ts';
import { aspectsOf, type MergeVariant } from './merge-variant.ts';
import { renameLane, setUpVariant, takeBackName } from './set-up-variant.ts';

/** What is done to a merge. */
export interface MergeOrder {
  readonly variant: MergeVariant;
  readonly fault: HarnessFault;
  /** Lets Git throw away what no ref keeps, before the last look. */
  readonly collects: boolean;
}

/** Merges under a fault, and ends the merge one way or the other; judges before and after. */
export async function runMerge(range: Range, order: MergeOrder): Promise<FaultRun> {
  const run = new MergeRun(range, order);
  return run.run();
}

class MergeRun {
  readonly #range: Range;
  readonly #order: MergeOrder;
  readonly #fixture: Fixture;
  readonly #failures: string[] = [];
  /** Every commit that the target has been seen at. */
  readonly #mains = new Set<string>();
  #gained = false;
  #reruns = 0;
  /** How far the merge had come, and what was done about it: for counting. */
  readonly #aspects: string[] = [];

  constructor(range: Range, order: MergeOrder) {
    this.#range = range;
    this.#order = order;
    this.#fixture = range.fixture;
  }

  async run(): Promise<FaultRun> {
    const { variant, fault } = this.#order;
    const fixture = this.#fixture;
    fixture.restore('rivals');
    setUpVariant(fixture, variant);
    const before = await takeMergeStock(fixture);
    this.#mains.add(before.stake.main);
    const struck = await this.#strike();
    this.#gained = fault.kind === 'meanwhile' && struck.fired;
    if (variant.target === 'moves afterwards') this.#gained = commitOnTarget(fixture);
    if (variant.lane === 'renamed afterwards') renameLane(fixture);
    await this.#judgeAfter(before, struck);
    const phase = phaseOf(fixture);
    const way = await this.#end(before);
    this.#aspects.push(`left: ${phase}${way}`);
    if (this.#order.collects) collect(fixture);
    await this.#judgeLosses(before);
    this.#fail(
      ...(await shortcomings(fixture, before, { ...variant, gained: this.#gained, mains: this.#mains })),
    );
    const outcome = !struck.ended ? 'cut off' : struck.exitCode === 0 ? 'succeeded' : 'refused';
    return {
      scenario: 'merge in variants',
      aspects: [...aspectsOf(variant), ...this.#aspects],
      fault,
      fired: struck.fired,
      outcome,
      reruns: this.#reruns,
      failures: this.#failures,
    };
  }

  async #strike(): Promise<Struck> {
    const { variant, fault } = this.#order;
    const fixture = this.#fixture;
    const place = { cwd: fixture.root, env: fixture.env };
    const other = variant.rival === 'same mission' ? fixture.mission : fixture.rival;
    const rival = variant.rival === 'none' ? undefined : runApart(fixture.product, mergeArgv(other), place);
    const struck = await strike(
      this.#range,
      mergeArgv(fixture.mission, '--strategy', variant.strategy),
      fault,
    );
    const rivalled = await rival;
    if (rivalled) await groupEnd(rivalled.pid);
    for (const { exitCode, stdout, stderr, ended } of [
      struck,
      ...(rivalled ? [{ ...rivalled, ended: true }] : []),
    ])
      if (ended && exitCode === 70 && !isExpectedBug(fault))
        this.#fail(`it ended as a bug: ${stdout}${stderr}`);
    return struck;
  }

  /** A merge that was cut off or refused has changed nothing, or is pending and says so. */
  async #judgeAfter(before: MergeStake, struck: Struck): Promise<void> {
    const fixture = this.#fixture;
    await this.#judgeLosses(before);
    const hasWork = git(fixture, 'cat-file', '-e', `${MAIN}:src/both/main.js`) === '';
    if (hasWork) this.#fail(...laggingBehind(fixture, before));
    if (pendingMerges(fixture).length > 0) {
      const told = await this.#run('agent', 'tasks', 'status', '--mission', fixture.mission);
      if (!told.stderr.includes('was interrupted'))
        this.#fail(`it is pending, and nobody says so: ${told.stderr}`);
      return;
    }
    if (!hasWork && this.#order.variant.rival === 'none')
      this.#fail(...checkoutChanges(fixture, before).map((change) => `nothing is pending, and ${change}`));
    if (struck.ended && struck.exitCode === 0 && !hasWork)
      this.#fail('it succeeded, and main has not got the work');
  }

  /** @returns by what it came to its end, in words to count. */
  async #end(before: MergeStake): Promise<string> {
    const { variant } = this.#order;
    const { mission, rival } = this.#fixture;
    let way = '';
    const isPending = pendingMerges(this.#fixture).some((name) => name.includes(this.#fixture.missionId));
    if (isPending) way = ', ended by merge';
    if (isPending && variant.ending !== 'merge') {
      const ended = await this.#run(...mergeArgv(mission, `--${variant.ending}`));
      way =
        ended.exitCode === 0
          ? `, ended by ${variant.ending}`
          : `, ${variant.ending} refused: ${codeOf(ended)}`;
      const expected =
        variant.ending === 'abort' ? ['MERGE_RECORDED', 'MERGE_GIVEN_UP', 'TARGET_MOVED'] : ['TARGET_MOVED'];
      if (ended.exitCode !== 0 && !expected.includes(codeOf(ended)))
        this.#fail(`a pending merge cannot be ended by ${variant.ending}: ${ended.stdout}${ended.stderr}`);
      if (ended.exitCode === 0 && variant.ending === 'abort' && variant.rival === 'none')
        this.#fail(...changesBy(this.#fixture, before, variant).map((change) => `after an abort, ${change}`));
    }
    await this.#mergeAgain(mission);
    if (variant.rival === 'other mission') await this.#mergeAgain(rival);
    return way;
  }

  /** As its user would: undoing what cannot be finished, and giving a lane its name back. */
  async #mergeAgain(mission: string): Promise<void> {
    for (let left = 4; ; left -= 1) {
      this.#reruns += 1;
      const again = await this.#run(...mergeArgv(mission));
      if (again.exitCode === 0) return;
      if (left === 0) return this.#fail(`it cannot be merged again: ${again.stdout}${again.stderr}`);
      takeBackName(this.#fixture);
      if (codeOf(again) !== 'TARGET_MOVED' || pendingMerges(this.#fixture).length === 0) continue;
      const undone = await this.#run(...mergeArgv(mission, '--abort'));
      if (undone.exitCode !== 0 && codeOf(undone) !== 'MERGE_GIVEN_UP')
        this.#fail(`it cannot be undone: ${undone.stdout}${undone.stderr}`);
    }
  }

  async #judgeLosses(before: MergeStake): Promise<void> {
    const now = git(this.#fixture, 'rev-parse', MAIN).trim();
    const gained = this.#gained
      ? git(this.#fixture, 'log', '--format=%H', '--grep=^Gained$', '--all').trim()
      : '';
    if (gained !== '') this.#mains.add(gained.split('\n')[0] ?? '');
    this.#fail(...(await lossesOfMerge(this.#fixture, before, this.#mains)));
    if (pendingMerges(this.#fixture).length === 0) this.#mains.add(now);
  }

  #run(...argv: readonly string[]): Promise<ProductRun> {
    const { product, root, env } = this.#fixture;
    return runHere(product, argv, { cwd: root, env });
  }

  #fail(...failures: readonly string[]): void {
    for (const failure of failures) if (!this.#failures.includes(failure)) this.#failures.push(failure);
  }
}

function codeOf({ stdout }: ProductRun): string {
  try {
    return (JSON.parse(stdout) as { readonly error_code?: string }).error_code ?? '';
  } catch {
    // Without an answer there is no code.
    return '';
  }
}
