import { CONTENT_SITUATIONS } from './content-situations.ts';
import { ENTRY_SITUATIONS } from './entry-situations.ts';
import { HISTORY_SITUATIONS } from './history-situations.ts';
import { LANE_SITUATIONS } from './lane-situations.ts';
import { RENAME_SITUATIONS } from './rename-situations.ts';
import type { Situation } from './situation.ts';

/** Every merge that must come to one exact outcome. */
export const MERGE_SITUATIONS: readonly Situation[] = [
  ...CONTENT_SITUATIONS,
  ...ENTRY_SITUATIONS,
  ...RENAME_SITUATIONS,
  ...HISTORY_SITUATIONS,
  ...LANE_SITUATIONS,
];
