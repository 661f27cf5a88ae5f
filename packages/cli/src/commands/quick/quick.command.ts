import { command } from '../../command/build.ts';
import { agentFlag, filled, jsonFlag } from '../../command/flags.ts';
import type { quick } from './quick.ts';

export const quickCommand = command<Parameters<typeof quick>[0], [request: string]>({
  brief: 'Plan a small change as a mission of one work package, ready to be implemented',
  details:
    'Writes a specification with the request as its one requirement, a plan and a package, and finalizes them, with one ' +
    "commit of the mission's files; --no-commit leaves that to you. From then on it is a mission like any other: implement, " +
    'review, accept, merge.',
  examples: [
    'spec-kitty quick "Greet people by their name"',
    'spec-kitty quick "Fix the rounding of totals" --files "src/totals/**" --agent claude --json',
  ],
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'What is wanted', placeholder: 'REQUEST', parse: String }],
    },
    flags: {
      files: {
        kind: 'parsed',
        brief: 'What the package may change, as a path or glob; repeatable, everything unless given',
        placeholder: 'GLOB',
        parse: filled('a path or glob'),
        variadic: true,
        optional: true,
      },
      agent: agentFlag,
      commit: { kind: 'boolean', brief: "Commit the mission's files", default: true },
      json: jsonFlag,
    },
  },
  load: async () => (await import('./quick.ts')).quick,
});
