import { counted } from '@spec-kitty/core/counted';
import { Fault } from '@spec-kitty/core/fault';
import { formatInstant } from '@spec-kitty/core/instant';
import { shellWord } from '@spec-kitty/core/shell-word';
import { KEPT_CHANGES, type KeptChange, newestKept } from '@spec-kitty/core/project/kept-change';
import { KeptChanges } from '@spec-kitty/local/upgrade/kept-changes';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';
import { moment } from '../../render/moment.ts';
import type { AppContext } from '../../context.ts';
import { version } from '../../version.ts';
import { changeLines } from './change-lines.ts';
import { gatherUpgrade, type UpgradePlan } from './gather-upgrade.ts';

interface Flags {
  readonly plan: boolean;
  readonly restore: boolean;
  readonly json: boolean;
}

/** Plans, upgrades or takes an upgrade back. */
export async function upgrade(this: AppContext, flags: Flags, id?: string): Promise<void> {
  if ((flags.plan && flags.restore) || (id !== undefined && !flags.restore)) {
    throw new Fault('usage', 'USAGE_ERROR', 'An id goes with --restore, and --plan goes with neither.', {
      hints: ['Run `spec-kitty upgrade --help` to see what it takes.'],
    });
  }
  const workspace = await this.workspace();
  const kept = new KeptChanges(workspace.repository, workspace.files);
  if (flags.plan) return show(this, flags.json, await gatherUpgrade(workspace, this.env), kept.list());
  const at = formatInstant(this.clock.nowMicros());
  await workspace.lock.hold('upgrade', 'upgrade', async () =>
    flags.restore
      ? restore(this, flags.json, kept, { id, at })
      : apply(this, flags.json, { workspace, kept, at }),
  );
}

function show(context: AppContext, json: boolean, plan: UpgradePlan, kept: readonly KeptChange[]): void {
  const document = { result: 'planned', version, ...planDocument(plan), kept: kept.map(keptEntry) };
  context.show(json, document, () =>
    [
      plan.changes.length === 0
        ? `The project is at ${version}; nothing would change.`
        : `An upgrade to ${version} would change ${counted(plan.changes.length, 'file')}:`,
      ...planLines(plan),
      ...(kept.length === 0 ? [] : ['Kept from earlier:', ...kept.map(keptLine)]),
    ].join('\n'),
  );
}

async function apply(
  context: AppContext,
  json: boolean,
  { workspace, kept, at }: { workspace: Workspace; kept: KeptChanges; at: string },
): Promise<void> {
  const plan = await gatherUpgrade(workspace, context.env);
  const stamp = { id: context.ids.next(), at, command: 'upgrade', version };
  const record = kept.apply(plan.changes, stamp);
  const document = {
    result: 'success',
    version,
    ...planDocument(plan),
    kept_id: record?.id ?? null,
  };
  context.show(json, document, () =>
    [
      record === undefined
        ? `The project is at ${version}; nothing was changed.`
        : `Upgraded to ${version}; ${counted(plan.changes.length, 'file')} changed:`,
      ...planLines(plan),
      ...(record === undefined
        ? []
        : [
            `Kept as ${record.id}; \`spec-kitty upgrade --restore\` brings every file back; the newest ${KEPT_CHANGES} stay. Nothing was committed.`,
          ]),
    ].join('\n'),
  );
}

function restore(
  context: AppContext,
  json: boolean,
  kept: KeptChanges,
  { id, at }: { readonly id: string | undefined; readonly at: string },
): void {
  const all = kept.list();
  const found = id === undefined ? newestKept(all) : all.find((record) => record.id === id);
  if (!found) throw nothingKept(id, all);
  if (found.restored_at !== null) {
    context.show(
      json,
      { result: 'already_restored', ...keptEntry(found) },
      () => `${found.id} was brought back on ${moment(found.restored_at ?? '')}; nothing was changed.`,
    );
    return;
  }
  const done = kept.restore(found, at);
  const paths = done.files.map(({ path }) => path);
  const made = done.files.filter(({ before }) => before === null).length;
  const back = counted(paths.length - made, 'file');
  context.show(
    json,
    { result: 'success', ...keptEntry(done), files: paths },
    () => `Took back ${done.id}: ${back} as before, ${counted(made, 'file')} removed that it had made.`,
  );
}

function nothingKept(id: string | undefined, kept: readonly KeptChange[]): Fault {
  const ids = kept.filter(({ restored_at }) => restored_at === null).map((record) => record.id);
  const sentence =
    id === undefined
      ? 'No upgrade is kept that could be taken back.'
      : `No upgrade is kept under this id: ${id}`;
  return new Fault('refused', 'NO_UPGRADE_KEPT', sentence, {
    hints:
      ids.length > 0
        ? ids.map((known) => `Run \`spec-kitty upgrade --restore ${shellWord(known)}\` for that one.`)
        : ['Run `spec-kitty upgrade --plan` to see what an upgrade would change.'],
    details: { candidates: ids },
  });
}

function planDocument({ changes, left }: UpgradePlan) {
  return { changes: changes.map(({ path, kind, why }) => ({ path, change: kind, why })), left };
}

function planLines({ changes, left }: UpgradePlan): readonly string[] {
  return [...changeLines(changes), ...left.map(({ path, why }) => `  left alone ${path}  (${why})`)];
}

function keptEntry({ id, command, started_at, finished_at, restored_at, files }: KeptChange) {
  return { id, command, started_at, finished_at, restored_at, file_count: files.length };
}

function keptLine({ id, command, started_at: started, finished_at, restored_at, files }: KeptChange): string {
  const state = restored_at === null ? '' : ', brought back';
  const end = finished_at === null && restored_at === null ? ', interrupted' : state;
  return `  ${id}  ${command} of ${started}, ${counted(files.length, 'file')}${end}`;
}
