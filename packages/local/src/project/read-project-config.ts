import type { ProjectConfig } from '@spec-kitty/core/project/parse-project-config';
import { DEFAULT_CONFIG, parseProjectConfig } from '@spec-kitty/core/project/parse-project-config';
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
