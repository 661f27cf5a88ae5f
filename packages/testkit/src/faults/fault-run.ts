import { endDifference, lossesOf, type Stake, strayContent, takeStock, trespasses } from './judge.ts';
import type { Calibration, Fault } from './fault.ts';
import type { FaultScenario } from './fault-scenario.ts';
import { isDone } from './fault-scenario.ts';
import { endFacts, git } from './repository-facts.ts';
import { type Outcome, runApart, runHere } from './run-product.ts';
import { clear, prepare, type Range, strike, type Struck, undo } from './strike.ts';

/** What a scenario comes to without a fault, and what it takes. */
export interface Reference extends Calibration {
  readonly end: Readonly<Record<string, unknown>>;
}

/** What became of one fault. */
export interface FaultRun {
  readonly scenario: string;
  readonly fault: Fault;
  readonly fired: boolean;
  /** How often the command had to be run again until its work was done. */
  readonly reruns: number;
  /** Sentences; none when everything held. */
  readonly failures: readonly string[];
}

const RERUNS = 3;

/** Runs a scenario without a fault. */
export async function runReference(range: Range, scenario: FaultScenario): Promise<Reference> {
  const { fixture, injector } = range;
  const place = { cwd: fixture.root, env: fixture.env };
  fixture.restore(scenario.stage);
  const start = performance.now();
  const apart = await runApart(fixture.product, scenario.argv(fixture), place);
  const apartMs = performance.now() - start;
  if (apart.exitCode !== 0)
    throw new Error(`${scenario.name} fails without a fault:\n${apart.stdout}${apart.stderr}`);
  const end = await endFacts(fixture);
  fixture.restore(scenario.stage);
  injector.arm({ kind: 'none' });
  await runHere(fixture.product, scenario.argv(fixture), place);
  return { ...(await injector.disarm()), apartMs, end };
}

/** Strikes a scenario with a fault, checks what must hold, and runs the command again until its work is done. */
export async function runFault(
  range: Range,
  scenario: FaultScenario,
  { fault, reference }: { fault: Fault; reference: Reference },
): Promise<FaultRun> {
  const { fixture } = range;
  const heal = prepare(range, scenario.stage, fault);
  try {
    const stake = await takeStock(fixture);
    const struck = await strike(range, scenario.argv(fixture), fault);
    heal();
    const held = await checkAfter(range, { fault, stake, struck });
    if (fault.kind === 'meanwhile') undo(fixture, fault.act, stake.main);
    const { reruns, last } = await runAgain(range, scenario, fault);
    const ended = isDone(scenario, last)
      ? await checkEnd(range, { fault, stake, reference, struck })
      : [`it cannot be run again: ${last.stdout}${last.stderr}`];
    return { scenario: scenario.name, fault, fired: struck.fired, reruns, failures: [...held, ...ended] };
  } finally {
    clear(range, fault);
  }
}

async function checkAfter(
  { fixture }: Range,
  { fault, stake, struck }: { fault: Fault; stake: Stake; struck: Struck },
): Promise<readonly string[]> {
  const bugs =
    struck.ended && struck.exitCode === 70 && !isExpectedBug(fault)
      ? [`it ended as a bug: ${struck.stdout}${struck.stderr}`]
      : [];
  const succeeded = struck.ended && struck.exitCode === 0;
  const changed =
    fault.kind === 'meanwhile' ? strayContent(fixture, stake) : succeeded ? [] : trespasses(fixture, stake);
  return [...bugs, ...(await lossesOf(fixture, stake)), ...changed];
}

/** An input-output error is nothing that a program can explain. */
function isExpectedBug(fault: Fault): boolean {
  return fault.kind === 'injected' && fault.plan.kind === 'errno' && fault.plan.code === 'EIO';
}

async function runAgain(
  { fixture }: Range,
  scenario: FaultScenario,
  fault: Fault,
): Promise<{ reruns: number; last: Outcome }> {
  const apart = fault.kind === 'kill-after-time' || fault.kind === 'kill-at-point';
  const place = { cwd: fixture.root, env: fixture.env };
  for (let reruns = 1; ; reruns += 1) {
    const last = await (apart ? runApart : runHere)(fixture.product, scenario.argv(fixture), place);
    if (isDone(scenario, last) || reruns >= RERUNS) return { reruns, last };
  }
}

/** Parts of the end that a merge which succeeded may have left, and has said so: it removes no lane by force. */
const LANES = new Set(['refs', 'laneTrees', 'worktrees', 'laneStatus']);

async function checkEnd(
  { fixture }: Range,
  { fault, stake, reference, struck }: { fault: Fault; stake: Stake; reference: Reference; struck: Struck },
): Promise<readonly string[]> {
  const end = await endFacts(fixture);
  const losses = await lossesOf(fixture, stake);
  if (fault.kind !== 'meanwhile') {
    const succeeded = struck.ended && struck.exitCode === 0;
    const expected = Object.entries(reference.end).filter(([part]) => !(succeeded && LANES.has(part)));
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
