import { command } from '../../command/build.ts';
import { filled, jsonFlag, optionalText } from '../../command/flags.ts';
import type { demo } from './demo.ts';

export const demoCommand = command<Parameters<typeof demo>[0], []>({
  brief: 'Deliver a small mission from plan to merge, in a repository of its own',
  details:
    'Makes a real project in a temporary folder and lets `spec-kitty run` deliver its mission with scripted agents: each ' +
    'works in a worktree of its own, one review says no, and the run is killed once and resumed. No model is asked, no ' +
    'network used, and nothing of yours is changed; the folder stays for you to look at. --agent does the same with ' +
    'an agent of yours. With --prepare only a project is made, with six packages that agents of yours can claim at ' +
    'once; the validation command it writes is trusted.',
  examples: [
    'spec-kitty demo',
    'spec-kitty demo --json',
    'spec-kitty demo --agent claude',
    'spec-kitty demo --prepare my-demo',
  ],
  parameters: {
    flags: {
      prepare: {
        ...optionalText('Only make the project and its plan, in this new or empty folder', 'DIR'),
        parse: filled('a folder'),
      },
      agent: {
        ...optionalText(
          'Agent that implements and reviews, in sessions of its own; a script unless given',
          'KEY',
        ),
        parse: filled('the key of an agent'),
      },
      json: jsonFlag,
    },
  },
  load: async () => (await import('./demo.ts')).demo,
});
