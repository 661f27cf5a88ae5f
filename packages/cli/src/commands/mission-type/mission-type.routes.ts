import { command, group } from '../../command/build.ts';
import { jsonFlag } from '../../command/flags.ts';
import type { listTypes, showType } from './mission-types.ts';

/** `spec-kitty mission-type …`: which kinds of missions there are. */
export const missionTypeRoutes = group('Show the kinds of missions and their steps', {
  list: command<Parameters<typeof listTypes>[0], []>({
    brief: 'List the mission types',
    examples: ['spec-kitty mission-type list'],
    parameters: { flags: { json: jsonFlag } },
    load: async () => (await import('./mission-types.ts')).listTypes,
  }),
  show: command<Parameters<typeof showType>[0], [type: string]>({
    brief: 'Show the steps of a mission type and what each leaves behind',
    examples: ['spec-kitty mission-type show research'],
    parameters: {
      positional: {
        kind: 'tuple',
        parameters: [{ brief: 'Mission type', placeholder: 'TYPE', parse: String }],
      },
      flags: { json: jsonFlag },
    },
    load: async () => (await import('./mission-types.ts')).showType,
  }),
});
