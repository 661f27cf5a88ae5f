import { type Backup, BACKUPS } from '@spec-kitty/core/recovery/recoverable';
import { updateRefs } from '../checkout/update-refs.ts';
import type { Git } from '../git/git.ts';

/** Reads all backups, in the order of their names. */
export async function listBackups(git: Git): Promise<readonly Backup[]> {
  const format = '--format=%(refname)%00%(objectname)%00%(contents:subject)';
  const lines = await git.lines(['for-each-ref', format, BACKUPS]);
  if (lines.length === 0) return [];
  const made = await datesOf(git);
  return lines.map((line) => {
    const [ref = '', commit = '', subject = ''] = line.split('\0');
    const id = ref.slice(BACKUPS.length);
    const [missionId = '', ...rest] = id.split('/');
    return {
      ref,
      id,
      missionId,
      name: rest.join('/'),
      commit,
      subject,
      madeAtMs: made.get(`${ref} ${commit}`) ?? null,
    };
  });
}

/** Deletes a backup for good, unless it has been renewed meanwhile. */
export function deleteBackup(git: Git, { ref, commit }: Backup): Promise<boolean> {
  return updateRefs(git, [{ ref, value: undefined, expected: commit }]);
}

/** When refs got their commits: the reflogs know, in one process for all of them. */
async function datesOf(git: Git): Promise<ReadonlyMap<string, number>> {
  const lines = await git.lines([
    'log',
    '--walk-reflogs',
    '--date=unix',
    '--format=%gD%x00%H',
    `--glob=${BACKUPS}*`,
    '--',
  ]);
  const dates = new Map<string, number>();
  for (const line of lines) {
    const [, ref = '', seconds = '', commit = ''] = /^(.*)@\{(\d+)\}\0(.*)$/.exec(line) ?? [];
    const key = `${ref} ${commit}`;
    dates.set(key, Math.max(dates.get(key) ?? 0, Number(seconds) * 1000));
  }
  return dates;
}
