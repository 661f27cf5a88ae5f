import type { ProjectConfig } from '@spec-kitty/core/project/parse-project-config';
import { DEFAULT_CONFIG, parseProjectConfig } from '@spec-kitty/core/project/parse-project-config';
import type { Git } from '../git/git.ts';
import { containedPath } from '../files/contained-path.ts';
import { decodeText } from '../files/decode-text.ts';
import { readContent } from '../files/plain-file.ts';

const CONFIG = '.kittify/config.yaml';

/**
 * Reads the project's configuration from its primary checkout; defaults where there is none.
 *
 * @throws Fault `CONFIG_INVALID` or `NOT_UTF8`, `PATH_OUTSIDE_REPOSITORY` for a link that leads out of the repository, or
 * as {@link readContent}.
 */
export function readProjectConfig(primary: string): ProjectConfig {
  const bytes = readContent(containedPath(primary, CONFIG), CONFIG);
  return bytes ? parseProjectConfig(decodeText(bytes, CONFIG)) : DEFAULT_CONFIG;
}

/**
 * Reads it from the commit that a branch is at; `undefined` where that has no such file, or there is no such branch.
 *
 * @throws Fault `CONFIG_INVALID`.
 */
export async function readBranchConfig(git: Git, branch: string): Promise<ProjectConfig | undefined> {
  const shown = await git.attempt(['cat-file', 'blob', `refs/heads/${branch}:${CONFIG}`]);
  return shown.exitCode === 0 ? parseProjectConfig(shown.stdout) : undefined;
}
