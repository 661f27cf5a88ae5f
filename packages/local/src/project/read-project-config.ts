import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ProjectConfig } from '@spec-kitty/core/project/parse-project-config';
import { DEFAULT_CONFIG, parseProjectConfig } from '@spec-kitty/core/project/parse-project-config';
import { decodeText } from '../files/decode-text.ts';

/** Reads the project's configuration from its primary checkout; defaults where there is none. */
export function readProjectConfig(primary: string): ProjectConfig {
  const file = path.join(primary, '.kittify', 'config.yaml');
  return existsSync(file)
    ? parseProjectConfig(decodeText(readFileSync(file), '.kittify/config.yaml'))
    : DEFAULT_CONFIG;
}
