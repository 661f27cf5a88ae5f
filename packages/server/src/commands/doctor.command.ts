import { findPackagedPostgres } from '../database/embedded/packaged-postgres.ts';
import { examineServer } from '../doctor/examine-server.ts';
import { administer, databaseUrlOf } from './administer.ts';
import { show } from './context.ts';
import { define, jsonFlag, type PlaceFlags, placeFlags } from './define.ts';

const MARKS = { ok: '+', warning: '!', problem: 'X' } as const;

/** `teamspace doctor`. */
export const doctorCommand = define<PlaceFlags & { readonly json: boolean }, []>({
  brief: 'Look at what a server needs, and change nothing',
  details:
    'Needs the folder or database of a server, and makes neither. Exits 1 where something keeps it from working.',
  examples: ['spec-kitty teamspace doctor', 'spec-kitty teamspace doctor --json'],
  parameters: { flags: { ...placeFlags, json: jsonFlag } },
  async run(flags) {
    const packaged = databaseUrlOf(this, flags) === undefined ? findPackagedPostgres()?.version : undefined;
    const checks = await administer(
      this,
      flags,
      ({ database, folder }) => examineServer(database, folder, this.nowMs, packaged),
      'as it is',
    );
    const healthy = checks.every(({ state }) => state !== 'problem');
    if (!healthy) this.exit.code = 1;
    show(this, flags.json, { healthy, checks }, () =>
      checks
        .flatMap(({ name, state, says, hint }) => [
          `${MARKS[state]} ${name}: ${says}`,
          ...(hint === undefined ? [] : [`  ${hint}`]),
        ])
        .join('\n'),
    );
  },
});
