import { command } from '../../command/build.ts';
import { jsonFlag } from '../../command/flags.ts';
import type { init } from './init.ts';

export const initCommand = command<Parameters<typeof init>[0], [path?: string]>({
  brief: 'Prepare a project: create .kittify/ and kitty-specs/',
  details:
    'Creates files only: it does not create a Git repository, makes no commit and edits no existing file. ' +
    'Afterwards work goes round with `spec-kitty next`, `spec-kitty agent action implement` and ' +
    '`spec-kitty agent action review`.',
  examples: ['spec-kitty init', 'spec-kitty init my-project'],
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
    flags: { json: jsonFlag },
  },
  load: async () => (await import('./init.ts')).init,
});
