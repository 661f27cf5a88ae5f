import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';

/**
 * Reads whether commands may commit.
 *
 * The YAML parser costs more than the rest of a board, so it is only asked where the file says anything but `true`:
 * that is the answer of every other file.
 */
export async function autoCommit(workspace: Workspace): Promise<boolean> {
  const text = workspace.files.read('.kittify/config.yaml');
  if (text === undefined || !/auto_commit(?!:\s*true\b)/.test(text)) return true;
  return (await workspace.config()).autoCommit;
}
