import { command, group } from '../../command/build.ts';
import type { SHELL_SCRIPTS } from './shell-scripts.ts';

function script(shell: keyof typeof SHELL_SCRIPTS, install: string, example: string) {
  return command({
    brief: `Print the completion script for ${shell}`,
    details: `${install} The script asks the program itself, so it never gets old.`,
    examples: [example],
    parameters: {},
    load: async () => (await import('./completion.ts')).printScript(shell),
  });
}

/** `spec-kitty completion …`: scripts for shells, and what they ask. */
export const completionRoutes = group('Complete commands, options and missions in your shell', {
  bash: script(
    'bash',
    'Add `source <(spec-kitty completion bash)` to ~/.bashrc.',
    'spec-kitty completion bash',
  ),
  zsh: script(
    'zsh',
    'Add `source <(spec-kitty completion zsh)` to ~/.zshrc, after compinit.',
    'spec-kitty completion zsh',
  ),
  fish: script(
    'fish',
    'Add `spec-kitty completion fish | source` to ~/.config/fish/config.fish.',
    'spec-kitty completion fish',
  ),
  words: command({
    brief: 'Say what may follow on a command line: a line for each, with what it is after a tab',
    details: 'The scripts call this; the last word is the one to complete, and may be empty.',
    examples: ['spec-kitty completion words -- status --mission ""'],
    parameters: {
      positional: {
        kind: 'array',
        parameter: { brief: 'Words after spec-kitty', placeholder: 'WORD', parse: String },
      },
    },
    load: async () => (await import('./completion.ts')).completionWords,
  }),
});
