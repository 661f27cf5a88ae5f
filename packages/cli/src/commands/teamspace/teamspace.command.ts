import { command } from '../../command/build.ts';

/** Stands for the server's own program in help; its command line is that program's, and is not read here. */
export const teamspaceCommand = command<object, string[]>({
  brief: 'Run a Teamspace, and administer it',
  details: 'Hands the command line to @spec-kitty/teamspace, which is installed on its own.',
  examples: ['spec-kitty teamspace serve', 'spec-kitty teamspace --help'],
  parameters: {
    positional: {
      kind: 'array',
      parameter: { brief: 'Command of the server and what it takes', placeholder: 'ARGUMENT', parse: String },
    },
  },
  load: async () => {
    const { teamspace } = await import('./teamspace.ts');
    return async function (this, _flags, ...argv) {
      this.exit.code = await teamspace(argv, this);
    };
  },
});
