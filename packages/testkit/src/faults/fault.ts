import type { FaultCount } from './fault-injector.ts';
import type { FaultPlan, GitFault } from './fault-plan.ts';
import type { Random } from './seeded-random.ts';

/** What somebody else does to the repository while, before or after the product works in it. */
export type UserAct = 'remove-worktree' | 'reset' | 'stash' | 'checkout' | 'switch' | 'restore';

/** One fault, as data that a report can show and a seed can make again. */
export type Fault =
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
export function drawKill(random: Random, { effects, apartMs }: Calibration): Fault {
  const target = random.pick(['process', 'group'] as const);
  if (random.next() < 0.4)
    return { kind: 'kill-after-time', afterMs: random.between(20, Math.ceil(apartMs * 1.1)), target };
  return { kind: 'kill-at-point', plan: { kind: 'kill', target, ...point(random, effects) } };
}

/** Draws one of the faults below the program, or in the world around it. */
export function drawFault(
  random: Random,
  { effects, gitCalls }: Calibration,
  can: Abilities | { readonly only: 'disk-full' | 'immutable' },
): Fault {
  const able = 'only' in can ? { mount: can.only === 'disk-full', immutable: can.only === 'immutable' } : can;
  const choice = 'only' in can ? (able.mount ? 0.7 : 0.78) : random.next();
  if (choice < 0.3) return { kind: 'injected', plan: { kind: 'crash', ...point(random, effects) } };
  if (choice < 0.5) {
    const code = random.pick(['ENOSPC', 'EIO', 'EROFS', 'EPERM'] as const);
    const plan = { kind: 'errno' as const, code, lasting: random.next() < 0.6, ...point(random, effects) };
    return { kind: 'injected', plan };
  }
  if (choice < 0.7 && gitCalls > 0) {
    const how = random.pick(GIT_FAULTS);
    return {
      kind: 'injected',
      plan: { kind: 'git', at: random.between(1, gitCalls), how, delayMs: random.next() * 4 },
    };
  }
  if (choice < 0.78 && able.mount) return { kind: 'disk-full', freeKb: random.between(0, 40) * 4 };
  if (choice < 0.84 && able.immutable) return { kind: 'immutable', path: random.pick(IMMUTABLE) };
  const plan = { kind: 'meanwhile' as const, ...point(random, effects) };
  return { kind: 'meanwhile', plan, act: random.pick(ACTS) };
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

function point(random: Random, effects: number) {
  return {
    at: random.between(1, Math.max(1, effects)),
    phase: random.pick(['before', 'after', 'torn'] as const),
  };
}
