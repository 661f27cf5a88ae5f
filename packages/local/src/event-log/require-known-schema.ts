import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import type { LogRows } from '@spec-kitty/core/status/rows/decode-log';
import { SCHEMA_VERSION } from '@spec-kitty/protocol/schema-version';
import { readText } from '../files/plain-file.ts';

const METADATA = '.kittify/metadata.yaml';
const PROJECT_SCHEMA = 3;
const ROW_SCHEMA = Number.parseInt(SCHEMA_VERSION, 10);

/**
 * Refuses to write into a project or log that a newer version has changed; reading goes on.
 *
 * @throws Fault `SCHEMA_TOO_NEW`, or as {@link readText} for the file that says so.
 */
export function requireKnownSchema(primary: string, log: LogRows): void {
  requireKnownProject(primary);
  for (const rows of [log.laneEvents, log.annotations, log.lifecycle, log.others]) {
    for (const row of rows) {
      const major = majorOf(row);
      if (major > ROW_SCHEMA) throw tooNew('the event log', major);
    }
  }
}

/** The same for a project without its logs. @throws Fault `SCHEMA_TOO_NEW`. */
export function requireKnownProject(primary: string): void {
  const project = projectSchema(primary);
  if (project > PROJECT_SCHEMA) throw tooNew(METADATA, project);
}

/** 0 for a row that does not say; decoding keeps what it does not know. */
function majorOf(row: object): number {
  const version: unknown = 'schema_version' in row ? row.schema_version : undefined;
  return typeof version === 'string' || typeof version === 'number'
    ? Number.parseInt(String(version), 10)
    : 0;
}

const SCHEMA_KEY = /(?:^|[{,])[ \t]*schema_version:\s*['"]?(\d+)/gm;

/** The largest of that name, whoever's it is: a few numbers of a small file are not worth a YAML parser on every write. */
function projectSchema(primary: string): number {
  const text = readText(path.join(primary, METADATA), METADATA) ?? '';
  return Math.max(0, ...Array.from(text.matchAll(SCHEMA_KEY), ([, digits]) => Number(digits)));
}

function tooNew(where: string, version: number): Fault {
  return new Fault(
    'refused',
    'SCHEMA_TOO_NEW',
    `A newer spec-kitty has written ${where} (schema ${version}); this one only reads it.`,
    {
      hints: ['Upgrade with `npm install --global spec-kitty@latest`.'],
      details: { schema_version: version },
    },
  );
}
