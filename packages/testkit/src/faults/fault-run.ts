import type { Calibration, HarnessFault } from './harness-fault.ts';
import type { FaultScenario } from './fault-scenario.ts';
import { endDifference, lossesOf, type Stake, strayContent, takeStock } from './judge/judge.ts';
import { endFacts, eventsIn, git, readLog } from './judge/repository-facts.ts';
import { brokenPromises, type Licence, trespasses } from './judge/trespasses.ts';
import { type ProductRun, runApart, runHere } from './run-product.ts';
import { clear, prepare, type Range, strike, type Struck, undo } from './strike.ts';

/** What a scenario comes to without a fault, and what it takes. */
export interface Reference extends Calibration {
  readonly end: Readonly<Record<string, unknown>>;
}

/** `cut off`: killed, or as good as; `refused` is any answer but success. */
export type FaultOutcome = 'cut off' | 'succeeded' | 'refused';

/** What became of one fault. */
export interface FaultRun {
  readonly scenario: string;
  /** What was drawn of its circumstances, for counting. */
  readonly aspects?: readonly string[];
  readonly fault: HarnessFault;
  readonly fired: boolean;
  readonly outcome: FaultOutcome;
  /** How often the command had to be run again until its work was done. */
  readonly reruns: number;
  /** Sentences; none when everything held. */
  readonly failures: readonly string[];
}

/** What is done to a scenario. */
export interface FaultOrder {
  readonly fault: HarnessFault;
  readonly reference: Reference;
  /** Lets Git throw away what no ref keeps, before the last look. */
  readonly collects: boolean;
}

const RERUNS = 3;

/**
 * Runs a scenario without a fault, twice: as a process of its own, and here, counting.
 *
 * @throws Error when what must hold after a fault does not even hold without one.
 */
export async function runReference(range: Range, scenario: FaultScenario): Promise<Reference> {
  const { fixture, injector } = range;
  const place = { cwd: fixture.root, env: fixture.env };
  fixture.restore(scenario.stage);
  const start = performance.now();
  const apart = await runApart(fixture.product, scenario.argv(fixture), place);
  const apartMs = performance.now() - start;
  const end = await endFacts(fixture);

  fixture.restore(scenario.stage);
  const stake = await takeStock(fixture);
  injector.arm({ kind: 'none' });
  const outcome = await runHere(fixture.product, scenario.argv(fixture), place);
  const reference = { ...(await injector.disarm()), apartMs, end };
  const struck = { ...outcome, ended: true, fired: false };
  const failures = [
    ...(apart.exitCode === 0 ? [] : [`it ended with ${apart.exitCode}: ${apart.stdout}${apart.stderr}`]),
    ...(await lossesOf(fixture, stake)),
    ...trespasses(fixture, stake, licence(scenario, reference)),
    ...(await untruths(range, scenario, { reference, struck })),
  ];
  if (failures.length > 0) throw new Error(`Already without a fault: ${failures.join('; ')}`);
  return reference;
}

/** Strikes a scenario with a fault, checks what must hold, and runs the command again until its work is done. */
export async function runFault(range: Range, scenario: FaultScenario, order: FaultOrder): Promise<FaultRun> {
  const { fixture } = range;
  const { fault } = order;
  const heal = prepare(range, scenario.stage, fault);
  try {
    const stake = await takeStock(fixture);
    const struck = await strike(range, scenario.argv(fixture), fault).finally(heal);
    const held = await checkAfter(range, scenario, { ...order, stake, struck });
    if (fault.kind === 'meanwhile') undo(fixture, fault.act, stake.main);
    const { reruns, last } = await runAgain(range, scenario);
    const ended =
      last.exitCode === 0
        ? await checkEnd(range, { ...order, stake, struck })
        : [`it cannot be run again: ${last.stdout}${last.stderr}`];
    const outcome = !struck.ended ? 'cut off' : struck.exitCode === 0 ? 'succeeded' : 'refused';
    return {
      scenario: scenario.name,
      fault,
      fired: struck.fired,
      outcome,
      reruns,
      failures: [...held, ...ended],
    };
  } finally {
    clear(range, fault);
  }
}

type Aftermath = FaultOrder & { readonly stake: Stake; readonly struck: Struck };

async function checkAfter(
  range: Range,
  scenario: FaultScenario,
  { fault, stake, struck, reference }: Aftermath,
): Promise<readonly string[]> {
  const { fixture } = range;
  const isBug = struck.ended && struck.exitCode === 70 && !isExpectedBug(fault);
  const changed =
    fault.kind === 'meanwhile'
      ? strayContent(fixture, stake)
      : trespasses(fixture, stake, licence(scenario, reference));
  const told = fault.kind === 'meanwhile' ? {} : scenario;
  return [
    ...(isBug ? [`it ended as a bug: ${struck.stdout}${struck.stderr}`] : []),
    ...(await lossesOf(fixture, stake)),
    ...changed,
    ...(await untruths(range, told, { reference, struck })),
  ];
}

/** An input-output error is nothing that a program can explain. */
export function isExpectedBug(fault: HarnessFault): boolean {
  return fault.kind === 'injected' && fault.plan.kind === 'errno' && fault.plan.code === 'EIO';
}

function licence({ target }: FaultScenario, { end }: Reference): Licence {
  const files = end['missionFiles'] as Readonly<Record<string, string>>;
  return { lands: target === 'lands', end: new Map(Object.entries(files)) };
}

/** What a command has said and is not so; also one that was killed right after saying it. */
async function untruths(
  { fixture }: Range,
  { target }: Pick<FaultScenario, 'target'>,
  { reference, struck }: { readonly reference: Reference; readonly struck: Struck },
): Promise<readonly string[]> {
  const said = struck.ended ? struck.exitCode === 0 : saysSuccess(struck.stdout);
  if (!said) return [];
  const events = eventsIn(await readLog(fixture));
  return [
    ...endDifference({ events: reference.end['events'] }, { events }),
    ...brokenPromises(fixture, { commits: target !== undefined, lands: target === 'lands' }),
  ];
}

function saysSuccess(stdout: string): boolean {
  try {
    return !('error_code' in (JSON.parse(stdout) as object));
  } catch {
    // It has not come to its answer.
    return false;
  }
}

async function runAgain(
  { fixture }: Range,
  scenario: FaultScenario,
): Promise<{ reruns: number; last: ProductRun }> {
  const place = { cwd: fixture.root, env: fixture.env };
  for (let reruns = 1; ; reruns += 1) {
    const last = await runHere(fixture.product, scenario.argv(fixture), place);
    if (last.exitCode === 0 || reruns >= RERUNS) return { reruns, last };
  }
}

/** Parts of the end that a merge which succeeded may have left, and has said so: it removes no lane by force. */
const LEFT = new Set(['refs', 'laneTrees', 'worktrees', 'laneStatus']);

async function checkEnd(
  { fixture }: Range,
  { fault, stake, reference, struck, collects }: Aftermath,
): Promise<readonly string[]> {
  const end = await endFacts(fixture);
  if (collects) collect(fixture);
  const losses = await lossesOf(fixture, stake);
  if (fault.kind !== 'meanwhile') {
    const succeeded = struck.ended && struck.exitCode === 0;
    const expected = Object.entries(reference.end).filter(([part]) => !(succeeded && LEFT.has(part)));
    return [...losses, ...endDifference(Object.fromEntries(expected), end)];
  }
  // Somebody else's Git commands leave their own traces in checkout and history; what happened to the mission is the same.
  const conflicts = git(fixture, 'ls-files', '--unmerged') === '' ? [] : ['the checkout has conflicts'];
  const { events, leftovers } = end;
  return [
    ...losses,
    ...conflicts,
    ...endDifference({ events: reference.end['events'], leftovers: [] }, { events, leftovers }),
  ];
}

/** Throws away every object that only a log of a ref leads to, or nothing at all. */
export function collect(fixture: Range['fixture']): void {
  git(fixture, 'reflog', 'expire', '--expire=now', '--expire-unreachable=now', '--all');
  git(fixture, 'gc', '--quiet', '--prune=now');
}
