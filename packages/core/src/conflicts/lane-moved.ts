import { Fault } from '../fault.ts';
import type { Mission } from '../ports/mission-store.ts';
import { shellWord } from '../shell-word.ts';

/** Refuses to go on with a resolution of commits that are not what is merged any more. @param name of the lane or branch that moved. */
export function laneMoved(
  { directory }: Mission,
  laneId: string,
  {
    name = laneId,
    expected,
    found,
  }: { readonly name?: string; readonly expected: string; readonly found: string | undefined },
): Fault {
  return new Fault(
    'refused',
    'LANE_MOVED',
    `The conflicts of ${laneId} were opened on another commit of ${name}: ${expected}`,
    {
      hints: [
        `See what is there: \`spec-kitty merge --explain --mission ${shellWord(directory)}\`.`,
        `Begin anew: \`spec-kitty conflicts abort --lane ${shellWord(laneId)} --mission ${shellWord(directory)}\`, then \`spec-kitty conflicts start --lane ${shellWord(laneId)} --mission ${shellWord(directory)}\`.`,
      ],
      details: { lane_id: laneId, name, expected, found: found ?? null },
    },
  );
}
