import { SCHEMA_VERSION } from '@spec-kitty/protocol/schema-version';
import { Fault } from '../../fault.ts';
import type { LogRows } from './decode-log.ts';

/** Major version of the rows that this version writes. */
export const ROW_SCHEMA = Number.parseInt(SCHEMA_VERSION, 10);

/** The largest major version that a row of a log says it was written in; 0 where none says. */
export function newestSchema(
  log: Pick<LogRows, 'laneEvents' | 'annotations' | 'lifecycle' | 'others'>,
): number {
  let newest = 0;
  for (const rows of [log.laneEvents, log.annotations, log.lifecycle, log.others])
    for (const row of rows) newest = Math.max(newest, majorOf(row));
  return newest;
}

/** 0 for a row that does not say; decoding keeps what it does not know. */
function majorOf(row: object): number {
  const version: unknown = 'schema_version' in row ? row.schema_version : undefined;
  const major =
    typeof version === 'string' || typeof version === 'number' ? Number.parseInt(String(version), 10) : 0;
  return Number.isNaN(major) ? 0 : major;
}

/** What is said of a file that a newer version has written. */
export function schemaTooNew(where: string, version: number): Fault {
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
