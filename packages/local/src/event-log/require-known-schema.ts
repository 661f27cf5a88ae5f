import path from 'node:path';
import type { LogRows } from '@spec-kitty/core/status/rows/decode-log';
import { newestSchema, ROW_SCHEMA, schemaTooNew } from '@spec-kitty/core/status/rows/newest-schema';
import { readText } from '../files/plain-file.ts';

const METADATA = '.kittify/metadata.yaml';
const PROJECT_SCHEMA = 3;

/**
 * Refuses to write into a project or log that a newer version has changed; reading goes on.
 *
 * @throws Fault `SCHEMA_TOO_NEW`, or as {@link readText} for the file that says so.
 */
export function requireKnownSchema(primary: string, log: LogRows): void {
  requireKnownProject(primary);
  const newest = newestSchema(log);
  if (newest > ROW_SCHEMA) throw schemaTooNew('the event log', newest);
}

/** The same for a project without its logs. @throws Fault `SCHEMA_TOO_NEW`. */
export function requireKnownProject(primary: string): void {
  const project = projectSchema(primary);
  if (project > PROJECT_SCHEMA) throw schemaTooNew(METADATA, project);
}

const SCHEMA_KEY = /(?:^|[{,])[ \t]*schema_version:\s*['"]?(\d+)/gm;

/** The largest of that name, whoever's it is: a few numbers of a small file are not worth a YAML parser on every write. */
function projectSchema(primary: string): number {
  const text = readText(path.join(primary, METADATA), METADATA) ?? '';
  return Math.max(0, ...Array.from(text.matchAll(SCHEMA_KEY), ([, digits]) => Number(digits)));
}
