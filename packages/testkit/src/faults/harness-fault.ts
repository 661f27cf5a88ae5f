import type { FaultCount } from './injector/fault-injector.ts';
import type { FaultPlan, GitFault, Stretch } from './fault-plan.ts';
import type { Random } from './seeded-random.ts';

/** What somebody else does to the repository while, before or after the product works in it. */
export type UserAct =
  | 'remove-worktree'
  | 'reset'
  | 'stash'
  | 'checkout'
  | 'switch'
  | 'restore'
  /** A commit of a file of their own on the target. */
  | 'commit';

/** One fault, as data that a report can show and a seed can make again. */
export type HarnessFault =
  /** The harness has not come that far. */
  | { readonly kind: 'none' }
  /** A real process, killed by itself at a point. */
  | { readonly kind: 'kill-at-point'; readonly plan: FaultPlan & { kind: 'kill' } }
  /** A real process, killed from outside after a time. */
  | { readonly kind: 'kill-after-time'; readonly afterMs: number; readonly target: 'process' | 'group' }
  /** A fault-injecting port below the program, which runs in this process. */
  | { readonly kind: 'injected'; readonly plan: FaultPlan }
  | { readonly kind: 'meanwhile'; readonly plan: FaultPlan & { kind: 'meanwhile' }; readonly act: UserAct }
  /** A file system of its own with so much room left. */
  | { readonly kind: 'disk-full'; readonly freeKb: number }
  /** A file that even its owner may not change. */
  | { readonly kind: 'immutable'; readonly path: string };

/** What this machine allows. */
export interface Abilities {
  readonly mount: boolean;
  readonly immutable: boolean;
}

/** What a scenario does when nothing goes wrong. */
export interface Calibration extends FaultCount {
  /** Milliseconds that a process of its own takes. */
  readonly apartMs: number;
  /** Where it was counted, and is struck; everywhere unless given. */
  readonly within?: Stretch;
}

const ACTS: readonly [UserAct, ...UserAct[]] = [
  'remove-worktree',
  'reset',
  'stash',
  'checkout',
  'switch',
  'restore',
];
const GIT_FAULTS: readonly [GitFault, ...GitFault[]] = [
  'refused',
  'killed-at-once',
  'killed-at-end',
  'killed-on-the-way',
];

/** Draws one of the faults that kill a real process. */
export function drawKill(random: Random, { apartMs, ...calibration }: Calibration): HarnessFault {
  const target = random.pick(['process', 'group'] as const);
  if (!calibration.within && random.next() < 0.4)
    return { kind: 'kill-after-time', afterMs: random.between(20, Math.ceil(apartMs * 1.1)), target };
  return { kind: 'kill-at-point', plan: { kind: 'kill', target, ...point(random, calibration) } };
}

type Draw = (random: Random, calibration: Calibration) => HarnessFault;

const DRAW = {
  crash: (random, calibration) => injected({ kind: 'crash', ...point(random, calibration) }),
  // Half of them after the answer: what was acknowledged must be on the disk by then.
  'power-cut': (random, calibration) => {
    const { at, ...drawn } = point(random, calibration);
    const late = !calibration.within && random.next() < 0.5 ? calibration.effects * 2 : 0;
    return injected({ kind: 'power-cut', at: at + late, ...drawn });
  },
  errno: (random, calibration) => {
    const code = random.pick(['ENOSPC', 'EIO', 'EROFS', 'EPERM'] as const);
    return injected({ kind: 'errno', code, lasting: random.next() < 0.6, ...point(random, calibration) });
  },
  git: (random, { gitCalls, ...calibration }) => {
    if (gitCalls === 0) return injected({ kind: 'crash', ...point(random, calibration) });
    const [how, at] = [random.pick(GIT_FAULTS), random.between(1, gitCalls)];
    const { within } = calibration;
    return injected({ kind: 'git', at, how, delayMs: random.next() * 4, ...(within && { within }) });
  },
  'disk-full': (random) => ({ kind: 'disk-full', freeKb: random.between(0, 40) * 4 }),
  immutable: (random) => ({ kind: 'immutable', path: random.pick(IMMUTABLE) }),
  meanwhile: (random, calibration) => {
    const plan = { kind: 'meanwhile' as const, ...point(random, calibration) };
    return { kind: 'meanwhile', plan, act: random.pick(ACTS) };
  },
} satisfies Record<string, Draw>;

/** What can be drawn besides the kills of real processes. */
export type HarnessFaultKind = keyof typeof DRAW;

/** Out of 50. */
const SHARES: readonly (readonly [HarnessFaultKind, number])[] = [
  ['crash', 7],
  ['power-cut', 8],
  ['errno', 10],
  ['git', 10],
  ['disk-full', 4],
  ['immutable', 3],
  ['meanwhile', 8],
];

/** Draws a commit of somebody else's on the target while the product works. */
export function drawCommit(random: Random, calibration: Calibration): HarnessFault {
  return { kind: 'meanwhile', plan: { kind: 'meanwhile', ...point(random, calibration) }, act: 'commit' };
}

/** Draws which kind of fault it will be, of those that this machine allows. */
export function drawKind(random: Random, able: Abilities): HarnessFaultKind {
  let left = random.between(1, 50);
  const [kind = 'meanwhile'] = SHARES.find(([, share]) => (left -= share) <= 0) ?? [];
  const isAble = (kind !== 'disk-full' || able.mount) && (kind !== 'immutable' || able.immutable);
  return isAble ? kind : 'meanwhile';
}

/** Draws a fault of one kind: below the program, or in the world around it. */
export function drawFault(random: Random, calibration: Calibration, kind: HarnessFaultKind): HarnessFault {
  return DRAW[kind](random, calibration);
}

function injected(plan: FaultPlan): HarnessFault {
  return { kind: 'injected', plan };
}

/** Files and folders that the product or its Git writes; `*` is the mission. */
const IMMUTABLE: readonly [string, ...string[]] = [
  'kitty-specs/*/status.events.jsonl',
  'kitty-specs/*/status.json',
  'kitty-specs/*/meta.json',
  'kitty-specs/*',
  '.git/index',
  '.git',
  '.git/refs/heads',
  '.git/refs/heads/main',
  '.git/spec-kitty/journal',
  '.git/spec-kitty/locks',
  '.git/objects',
  'src',
  'src/shared.js',
  'old/legacy.txt',
  '.worktrees',
  '.git/worktrees',
];

/** A third of all points tear a write; drawn from all calls, hardly any would. */
function point(random: Random, { effects, writes, within }: Omit<Calibration, 'apartMs' | 'gitCalls'>) {
  const phase = random.pick(['before', 'after', 'torn'] as const);
  const at = random.between(1, Math.max(1, effects));
  const torn = writes[Math.floor(random.next() * writes.length)];
  return { at: phase === 'torn' ? (torn ?? at) : at, phase, ...(within && { within }) };
}
