import { command } from '../../command/build.ts';
import { jsonFlag, missionFlag, optionalText, switchFlag } from '../../command/flags.ts';
import type { accept } from './accept.ts';

export const acceptCommand = command<Parameters<typeof accept>[0], []>({
  brief: 'Accept a mission whose packages are all approved',
  details:
    'Accepts exactly the commits that were reviewed; later work needs a new acceptance. Makes one commit of the ' +
    "mission's own files on the target branch; --no-commit leaves that to you.",
  examples: [
    'spec-kitty accept --mission invoice-export',
    'spec-kitty accept --mission invoice-export --mode checklist --json',
  ],
  parameters: {
    flags: {
      mission: missionFlag,
      actor: optionalText('Who accepts; the name that Git has for you unless given', 'NAME'),
      mode: {
        kind: 'enum',
        brief: 'How the work lands; checklist only looks',
        values: ['auto', 'pr', 'local', 'checklist'],
        default: 'auto',
      },
      diagnose: switchFlag('Only look, as --mode checklist does'),
      allowFail: switchFlag('Only look, and exit with 0 whatever is found'),
      commit: { kind: 'boolean', brief: "Commit the mission's files", default: true },
      json: jsonFlag,
    },
  },
  load: async () => (await import('./accept.ts')).accept,
});
