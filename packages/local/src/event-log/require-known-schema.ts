import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import type { LogRows } from '@spec-kitty/core/status/rows/decode-log';
import { SCHEMA_VERSION } from '@spec-kitty/protocol/schema-version';

const PROJECT_SCHEMA = 3;
const ROW_SCHEMA = Number.parseInt(SCHEMA_VERSION, 10);

/**
 * Refuses to write into a project or log that a newer version has changed; reading goes on.
 *
 * @throws Fault `SCHEMA_TOO_NEW`.
 */
export function requireKnownSchema(primary: string, log: LogRows): void {
  const project = projectSchema(path.join(primary, '.kittify', 'metadata.yaml'));
  if (project > PROJECT_SCHEMA) throw tooNew('.kittify/metadata.yaml', project);
  for (const row of [...log.lifecycle, ...log.others]) {
    const version = row['schema_version'];
    const major =
      typeof version === 'string' || typeof version === 'number' ? Number.parseInt(String(version), 10) : 0;
    if (major > ROW_SCHEMA) throw tooNew('the event log', major);
  }
}

const SCHEMA_KEY = /(?:^|[{,])[ \t]*schema_version:\s*['"]?(\d+)/gm;

/** The largest of that name, whoever's it is: a few numbers of a small file are not worth a YAML parser on every write. */
function projectSchema(file: string): number {
  if (!existsSync(file)) return 0;
  return Math.max(
    0,
    ...Array.from(readFileSync(file, 'utf8').matchAll(SCHEMA_KEY), ([, digits]) => Number(digits)),
  );
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
