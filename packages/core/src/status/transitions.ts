import type { Lane, SourceLane } from '@spec-kitty/protocol/lane';

/** Lanes that a package may move to without force (L§3.2). A lane without a row does not compile. */
export const NEXT_LANES: Readonly<Record<SourceLane, readonly Lane[]>> = {
  genesis: ['planned', 'canceled'],
  planned: ['claimed', 'blocked', 'canceled'],
  claimed: ['in_progress', 'blocked', 'canceled'],
  in_progress: ['for_review', 'approved', 'planned', 'blocked', 'canceled'],
  for_review: ['in_review', 'blocked', 'canceled'],
  in_review: ['approved', 'done', 'in_progress', 'planned', 'blocked', 'canceled'],
  approved: ['done', 'in_progress', 'planned', 'blocked', 'canceled'],
  done: [],
  blocked: ['in_progress', 'canceled'],
  canceled: [],
};
