import { existsSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import { restoreBackup } from '../backup/restore-backup.ts';
import { writeBackup } from '../backup/write-backup.ts';
import { openDataFolder } from '../serve/data-folder.ts';
import { withConnection } from '../serve/open-database.ts';
import { administer, databaseUrlOf, folderOf, nowIso } from './administer.ts';
import { show } from './context.ts';
import { argument, define, jsonFlag, type PlaceFlags, placeFlags } from './define.ts';

interface Flags extends PlaceFlags {
  readonly json: boolean;
}

const file = argument('File of the backup', 'FILE');

/** `teamspace backup FILE`. */
export const backupCommand = define<Flags & { readonly withoutKeys: boolean }, [string]>({
  brief: 'Write everything into one file, while the server runs',
  details:
    'The file holds the keys, too, unless told otherwise: keep it as secret as those. A database of an earlier version is saved as it is.',
  examples: ['spec-kitty teamspace backup teamspace.backup'],
  parameters: {
    flags: {
      ...placeFlags,
      withoutKeys: {
        kind: 'boolean',
        brief: 'Leave out the keys, which then are kept elsewhere',
        default: false,
        withNegated: false,
      },
      json: jsonFlag,
    },
    positional: { kind: 'tuple', parameters: [file] },
  },
  async run(flags, given) {
    const target = path.resolve(given);
    if (existsSync(target))
      throw new Fault('refused', 'FILE_EXISTS', `There is something already: ${target}`, {
        hints: ['Name a file that there is not yet, such as one with the date in its name.'],
      });
    const written = await administer(
      this,
      flags,
      async ({ database, folder, keyring }) => {
        // Others than those of the servers would be of no use to whoever restores it.
        if (!flags.withoutKeys) await keyring();
        return writeBackup(database, target, flags.withoutKeys ? undefined : folder.keys, nowIso(this));
      },
      'as it is',
    );
    const total = Object.values(written.rows).reduce((sum, one) => sum + one, 0);
    show(this, flags.json, written, () => `Wrote ${total} rows to ${written.file}.`);
  },
});

/** `teamspace restore FILE`. */
export const restoreCommand = define<Flags, [string]>({
  brief: 'Put a backup into an empty folder or database',
  details:
    'Whoever was logged in when it was made is again, as long as it holds the keys, also who has refreshed since. What was ended or revoked since is not any more.',
  examples: ['spec-kitty teamspace restore teamspace.backup --data /var/lib/teamspace'],
  parameters: { flags: { ...placeFlags, json: jsonFlag }, positional: { kind: 'tuple', parameters: [file] } },
  async run(flags, given) {
    const source = path.resolve(given);
    if (!existsSync(source)) throw new Fault('refused', 'FILE_MISSING', `There is no such file: ${source}`);
    const folder = openDataFolder(folderOf(this, flags).root);
    const rows = await withConnection({ url: databaseUrlOf(this, flags), folder }, (client) =>
      restoreBackup(client, source, folder.keys),
    );
    const total = Object.values(rows).reduce((sum, one) => sum + one, 0);
    show(
      this,
      flags.json,
      { file: source, rows },
      () => `Restored ${total} rows. Start the server with the same options.`,
    );
  },
});
