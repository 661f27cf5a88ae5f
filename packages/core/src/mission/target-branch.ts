import type { MissionMeta } from '@spec-kitty/protocol/mission-meta';
import { Fault } from '../fault.ts';
import { targetOf } from '../target-of.ts';

/** Branch that the mission's work lands on. */
export function targetBranch(meta: MissionMeta): string {
  return targetOf(meta);
}

/**
 * Tells whether Git would make a branch of that name (`git check-ref-format --branch`). It reaches Git as an argument and
 * people as a quoted word of a command, so that only a leading hyphen and what a terminal does not show are refused besides.
 */
export function isBranchName(name: string): boolean {
  // Git refuses to make it, and takes every mention of HEAD for ambiguous where somebody has.
  if (name === 'HEAD') return false;
  // Compiling the expressions below takes a millisecond, and hardly a name needs them.
  if (/^\w+(?:[/-]\w+)*$/.test(name)) return true;
  if (/^[-/.]|\/[/.]|\.\.|@\{|[/.]$|\.lock(?:\/|$)|^@?$/.test(name)) return false;
  return !/[ ~^:?*[\\\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(name);
}

/**
 * Refuses before anything is written that would be refused wherever it is read.
 *
 * @param option what the name was given with; none where it is the branch that is checked out.
 * @throws Fault `TARGET_UNFIT` or, of an option, `USAGE_ERROR`.
 */
export function requireBranchName(name: string, option?: string): void {
  if (isBranchName(name)) return;
  const hints = [
    'Choose a branch whose name is one to Git, begins with no hyphen and has no invisible characters; `git branch -m <name>` renames the one that is checked out.',
  ];
  const details = { target_branch: name };
  if (option === undefined) {
    const sentence = `Work cannot land on a branch of this name: ${name}`;
    throw new Fault('refused', 'TARGET_UNFIT', sentence, { hints, details });
  }
  const said = `"${name}" is no value for ${option}, which takes the name of a branch that work can land on.`;
  const taken = `${option} takes the word after it, which was ${name}: put the name of a branch there.`;
  throw new Fault('usage', 'USAGE_ERROR', said, { hints: name.startsWith('-') ? [taken] : hints, details });
}
