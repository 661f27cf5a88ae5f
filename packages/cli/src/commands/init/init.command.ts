import { command } from '../../command/build.ts';
import { jsonFlag, optionalText, proposing, switchFlag } from '../../command/flags.ts';
import type { init } from './init.ts';

export const initCommand = command<Parameters<typeof init>[0], [path?: string]>({
  brief: 'Prepare a project: create .kittify/, kitty-specs/ and the commands of your agents',
  details:
    'Creates files in the project only: it makes no repository and no commit, edits no file that is there and ' +
    'writes nothing to your home folder. Lines for files that you have already are printed. With nobody to ask and ' +
    'no --ai there are no commands of agents; `spec-kitty agent config add` brings them later. Afterwards work goes ' +
    'round with `spec-kitty next`, `spec-kitty agent action implement` and `spec-kitty agent action review`.',
  examples: [
    'spec-kitty init',
    'spec-kitty init --ai claude,codex',
    'spec-kitty init my-project --ai auto --non-interactive',
  ],
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        {
          brief: 'Project folder; the current one when left out',
          placeholder: 'PATH',
          parse: String,
          optional: true,
        },
      ],
    },
    flags: {
      ai: {
        ...optionalText(
          'Agents that get commands, separated by commas; auto for those found here',
          'KEYS|auto',
        ),
        ...proposing('agentList'),
      },
      skills: switchFlag('Put skills into .agents/skills/, which several agents read'),
      nonInteractive: switchFlag('Ask nothing'),
      json: jsonFlag,
    },
  },
  load: async () => (await import('./init.ts')).init,
});
