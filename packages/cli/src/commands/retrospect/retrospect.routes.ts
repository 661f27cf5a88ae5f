import { command, group } from '../../command/build.ts';
import { jsonFlag, missionFlag, optionalText, switchFlag } from '../../command/flags.ts';
import type { createRetrospect, summarizeRetrospects } from './retrospect.ts';

/** `spec-kitty retrospect …`: what finished missions teach. */
export const retrospectRoutes = group('Write down and collect what missions teach', {
  create: command<Parameters<typeof createRetrospect>[0], []>({
    brief: "Write a mission's retrospective from its log",
    details:
      'Packages that came back, were moved by force, were blocked or took far longer than the others, questions that ' +
      'stayed open, and what passed at once; each with the events that show it. What follows from it is for people to ' +
      'add to the file. Commits nothing.',
    examples: ['spec-kitty retrospect create --mission invoice-export'],
    parameters: {
      flags: {
        mission: missionFlag,
        actor: optionalText('Who writes it; else the name that Git knows you by', 'NAME'),
        force: switchFlag('Replace the one that is there, with all that was added to it'),
        json: jsonFlag,
      },
    },
    load: async () => (await import('./retrospect.ts')).createRetrospect,
  }),
  summary: command<Parameters<typeof summarizeRetrospects>[0], []>({
    brief: 'Count what the retrospectives of all missions found, and list their proposals',
    examples: ['spec-kitty retrospect summary --json'],
    parameters: { flags: { json: jsonFlag } },
    load: async () => (await import('./retrospect.ts')).summarizeRetrospects,
  }),
});
