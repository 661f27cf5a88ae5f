import { command } from '../../command/build.ts';
import { jsonFlag, switchFlag } from '../../command/flags.ts';
import type { doctor } from './doctor.ts';
import type { verifySetup } from './verify-setup.ts';

const EXITS =
  'Exits 0 when there is no error, warnings aside, 1 when there is one, 2 when a check could not be made.';

export const projectDoctorCommand = command<Parameters<typeof doctor>[0], []>({
  brief: 'Say what is wrong with this project, and what mends it',
  details:
    'Looks at the program that agents would call, Git, the files of the project, the commands of its agents, and every ' +
    'mission with open work. With --fix it makes missing files and appends the lines that `init` prints to files of ' +
    'yours; it edits nothing else, and everything it does can be taken back by `spec-kitty upgrade --restore`. ' +
    EXITS,
  examples: ['spec-kitty doctor', 'spec-kitty doctor --fix', 'spec-kitty doctor --json'],
  parameters: {
    flags: {
      fix: switchFlag('Make missing files, and append the lines of Spec Kitty to files that lack them'),
      json: jsonFlag,
    },
  },
  load: async () => (await import('./doctor.ts')).doctor,
});

export const verifySetupCommand = command<Parameters<typeof verifySetup>[0], []>({
  brief: 'Check the set-up: the checks of doctor under their old name',
  details: `Changes nothing. ${EXITS}`,
  examples: ['spec-kitty verify-setup', 'spec-kitty verify-setup --json'],
  parameters: { flags: { json: jsonFlag } },
  load: async () => (await import('./verify-setup.ts')).verifySetup,
});
