import { few } from '../../few.ts';
import { shellWord } from '../../shell-word.ts';

/** A ref that some other hand than ours moved while an attempt ran. */
export interface MovedRef {
  readonly ref: string;
  /** What it was; `null` where it was not there. */
  readonly from: string | null;
  /** What it is; `null` where it is gone. */
  readonly to: string | null;
  /** Ref that keeps what it was, where that would be lost. */
  readonly kept: string | null;
  /** Whether this attempt is known to have moved it; else nobody is named: people move refs, too. */
  readonly byAttempt: boolean;
  /** Why nothing is merged before a person has seen it; `null` where a person may well have moved it. */
  readonly stops: 'by_agent' | 'rewritten' | 'unreviewed' | null;
  /** Command that takes it back, where something was moved that a merge goes to or comes from. */
  readonly takeBack: string | null;
}

/**
 * Why a branch that has moved stops a merge.
 *
 * Whoever commits on the target in a checkout of their own while agents work does nothing unusual, and looks just like an
 * agent that commits there. So what counts is what can be known: that an agent's Git has written its attempt into the
 * reflog, which nothing else does; that the target has lost commits; or that it has commits of lanes, which no merge of
 * ours brought there and no review may have seen. A lane's branch is merged at the commit that was reviewed and at no
 * other, so that it stops nothing unless an agent of another lane is known to have moved it.
 */
export function whyStopping(found: {
  readonly kind: 'target' | 'lane' | 'other';
  readonly byAgent: boolean;
  readonly losesCommits: boolean;
  readonly hasLaneCommits: boolean;
}): MovedRef['stops'] {
  if (found.kind === 'other') return null;
  if (found.byAgent) return 'by_agent';
  if (found.kind === 'lane') return null;
  if (found.losesCommits) return 'rewritten';
  return found.hasLaneCommits ? 'unreviewed' : null;
}

/** What is known of refs that have moved, for people; nothing where none has. */
export function movedSentences(moved: readonly MovedRef[]): readonly string[] {
  const own = moved.filter(({ byAttempt }) => byAttempt).map(move);
  const others = moved.filter(({ byAttempt }) => !byAttempt).map(move);
  const kept = moved.flatMap((one) => one.kept ?? []);
  return [
    ...(own.length === 0 ? [] : [`It has moved ${few(own)}.`]),
    ...(others.length === 0 ? [] : [`Meanwhile somebody has moved ${few(others)}; by whom is not known.`]),
    ...(kept.length === 0 ? [] : [`What would be lost is kept as ${few(kept)}.`]),
  ];
}

const WHY: Readonly<Record<NonNullable<MovedRef['stops']>, string>> = {
  by_agent: 'its agent has moved',
  rewritten: 'commits were taken off',
  unreviewed: 'commits of lanes were brought, past every merge, to',
};

/** Why a merge waits for a person, with the commands to look and to take it back. */
export function stopReason(moved: MovedRef): string {
  const { ref, from, to, stops, takeBack } = moved;
  const look =
    from === null || to === null ? '' : ` \`git log --left-right ${from}...${to}\` shows what it came to.`;
  const back = takeBack === null ? '' : ` \`${takeBack}\` takes it back.`;
  return `ran while ${stops === null ? '' : `${WHY[stops]} `}${shellWord(nameOf(ref))} (${at(from)} to ${at(to)}).${look}${back} If it is right as it is, resume.`;
}

function move({ ref, from, to }: MovedRef): string {
  return `${nameOf(ref)} (${at(from)} to ${at(to)})`;
}

function at(value: string | null): string {
  if (value === null) return 'nothing';
  return /^[0-9a-f]{40,}$/.test(value) ? value.slice(0, 12) : value.replace(/^ref: refs\/heads\//, '');
}

function nameOf(ref: string): string {
  if (ref === 'HEAD') return 'HEAD of the primary checkout';
  return ref.replace(/^refs\/heads\//, '');
}
