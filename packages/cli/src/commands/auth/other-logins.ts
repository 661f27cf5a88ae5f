import { shellWord } from '@spec-kitty/core/shell-word';

/** Logins that a command was not about, and what works on each. */
export function otherLoginLines(servers: readonly string[]): readonly string[] {
  return servers.map(
    (server) =>
      `! There is a login at ${server}, too: \`spec-kitty auth status --server ${shellWord(server)}\` shows it, ` +
      `\`spec-kitty auth logout --server ${shellWord(server)}\` ends it.`,
  );
}
