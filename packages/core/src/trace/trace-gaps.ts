import type { Trace, TracedRequirement } from './trace-mission.ts';

/** What a command may be told to fail on. */
export const GAPS = ['uncovered', 'untested'] as const;

/** A way in which a requirement is not followed through. */
export type Gap = (typeof GAPS)[number];

/** One requirement that is not followed through. */
export interface FoundGap {
  readonly gap: Gap;
  readonly requirement: TracedRequirement;
  readonly message: string;
  /** `error` is what fails the command; no package has to deliver a quality or a constraint, so theirs is a note. */
  readonly severity: 'error' | 'warning' | 'note';
}

/**
 * Finds requirements that no package delivers, and those that no test counts for. Whatever has no package has no test either,
 * and is told once.
 */
export function findGaps({ requirements }: Trace, failOn: Gap | undefined): readonly FoundGap[] {
  return requirements.flatMap((requirement): readonly FoundGap[] => {
    const gap = gapOf(requirement);
    if (gap === undefined) return [];
    // Whoever wants tests for everything wants everything delivered.
    const fails = failOn === 'untested' || failOn === gap;
    const severity = !requirement.id.startsWith('FR-') ? 'note' : fails ? 'error' : 'warning';
    return [{ gap, requirement, message: messageOf(gap, requirement), severity }];
  });
}

function gapOf({ state, tests }: TracedRequirement): Gap | undefined {
  if (state === 'uncovered') return 'uncovered';
  return tests.length === 0 ? 'untested' : undefined;
}

function messageOf(gap: Gap, { id, packages }: TracedRequirement): string {
  if (gap === 'untested') return `No test counts for ${id}.`;
  return packages.length === 0
    ? `No work package delivers ${id}.`
    : `${packages.join(', ')} should deliver ${id}, and nothing of it is there.`;
}
