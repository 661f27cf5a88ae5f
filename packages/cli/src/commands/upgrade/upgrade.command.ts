import { command } from '../../command/build.ts';
import { jsonFlag, switchFlag } from '../../command/flags.ts';
import type { upgrade } from './upgrade.ts';

export const upgradeCommand = command<Parameters<typeof upgrade>[0], [id?: string]>({
  brief: 'Bring a project up to this version, also one of the predecessor',
  details:
    'Makes files that are missing, renews command files that nobody has changed, replaces those of the predecessor, and ' +
    'gives missions without an id one. Event logs, planning files and Git history stay as they are, and nothing is ' +
    'committed. Every file is kept in the Git directory as it was; --restore brings them back, byte for byte, unless ' +
    'one has changed since, and the newest 10 stay. An interrupted upgrade is finished by running it again.',
  examples: [
    'spec-kitty upgrade --plan',
    'spec-kitty upgrade',
    'spec-kitty upgrade --restore',
    'spec-kitty upgrade --restore 01KE6Z2V3M8Q4T5X6Y7Z8A9B0C',
  ],
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        {
          brief: 'With --restore: what to take back; the newest when left out',
          placeholder: 'ID',
          parse: String,
          optional: true,
        },
      ],
    },
    flags: {
      plan: switchFlag('Print what would be done, and what can be taken back; change nothing'),
      restore: switchFlag('Bring back the files that an upgrade or `doctor --fix` has changed'),
      json: jsonFlag,
    },
  },
  load: async () => (await import('./upgrade.ts')).upgrade,
});
