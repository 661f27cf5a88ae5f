import type { Random } from '../seeded-random.ts';

/** One of each: the circumstances of a merge, and by what it is ended when it is cut off. */
const CHOICES = {
  strategy: ['squash', 'merge', 'rebase'],
  /** `close by`: besides the usual changes, untracked files in folders that the merge fills or empties. */
  dirt: ['usual', 'close by'],
  /** `second`: another worktree has the target checked out, too; `elsewhere`: the user is on another branch. */
  checkouts: ['one', 'second', 'elsewhere'],
  lane: ['usual', 'locked', 'renamed', 'renamed afterwards'],
  target: ['still', 'ahead', 'moves meanwhile', 'moves afterwards'],
  rival: ['none', 'none', 'same mission', 'other mission'],
  ending: ['merge', 'resume', 'abort'],
} as const;

/** The circumstances of one merge. */
export type MergeVariant = { readonly [A in keyof typeof CHOICES]: (typeof CHOICES)[A][number] };

/** Draws one; a quarter have a fault and little else, so that the endings are reached. */
export function drawVariant(random: Random): MergeVariant {
  const plain: MergeVariant = {
    strategy: random.pick(CHOICES.strategy),
    dirt: 'usual',
    checkouts: 'one',
    lane: 'usual',
    target: 'still',
    rival: 'none',
    ending: random.pick(CHOICES.ending),
  };
  const special: MergeVariant = {
    ...plain,
    dirt: random.pick(CHOICES.dirt),
    checkouts: random.pick(CHOICES.checkouts),
    lane: random.pick(CHOICES.lane),
    target: random.pick(CHOICES.target),
    rival: random.pick(CHOICES.rival),
  };
  return random.next() < 0.25 ? { ...plain, dirt: special.dirt, checkouts: special.checkouts } : special;
}

/** Names what is drawn, for counting. */
export function aspectsOf(variant: MergeVariant): readonly string[] {
  return Object.entries(variant).map(([aspect, choice]) => `${aspect}: ${choice}`);
}
