import { existsSync, readFileSync } from 'node:fs';
import type { ProjectConfig } from '@spec-kitty/core/project/parse-project-config';
import { DEFAULT_CONFIG, parseProjectConfig } from '@spec-kitty/core/project/parse-project-config';
import { containedPath } from '../files/contained-path.ts';
import { decodeText } from '../files/decode-text.ts';

const CONFIG = '.kittify/config.yaml';

/**
 * Reads the project's configuration from its primary checkout; defaults where there is none.
 *
 * @throws Fault `CONFIG_INVALID` or `NOT_UTF8`, or `PATH_OUTSIDE_REPOSITORY` for a link that leads out of the repository.
 */
export function readProjectConfig(primary: string): ProjectConfig {
  const file = containedPath(primary, CONFIG);
  return existsSync(file) ? parseProjectConfig(decodeText(readFileSync(file), CONFIG)) : DEFAULT_CONFIG;
}
