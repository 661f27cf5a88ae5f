import { STALE_LIMITS } from '@spec-kitty/core/board/stale-limits';
import { command } from '../../../command/build.ts';
import { jsonFlag, missionFlag } from '../../../command/flags.ts';
import { parseDays } from '../../../command/parse-days.ts';
import type { doctor } from './doctor.ts';

export const doctorCommand = command<Parameters<typeof doctor>[0], []>({
  brief: 'Look for what is wrong or forgotten around a mission',
  details:
    'Checks both copies of the event log, status.json, the branches and worktrees of the lanes, and work that has ' +
    'not moved for days. Changes nothing. Exits 0 when there is no error, 1 when there is one, 2 when a check could ' +
    'not be made.',
  examples: [
    'spec-kitty agent status doctor --mission invoice-export',
    'spec-kitty agent status doctor --stale-claimed-days 2 --stale-in-progress-days 5 --json',
  ],
  parameters: {
    flags: {
      staleClaimedDays: days('a claimed', STALE_LIMITS.claimedDays),
      staleInProgressDays: days('an in_progress', STALE_LIMITS.inProgressDays),
      mission: missionFlag,
      json: jsonFlag,
    },
  },
  load: async () => (await import('./doctor.ts')).doctor,
});

function days(what: string, usual: number) {
  return {
    kind: 'parsed',
    brief: `Days after which ${what} package counts as forgotten`,
    placeholder: 'DAYS',
    parse: parseDays,
    default: String(usual),
  } as const;
}
