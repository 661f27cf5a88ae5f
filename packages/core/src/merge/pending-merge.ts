import { Fault } from '../fault.ts';
import type { Integrator, Landing } from '../ports/integration.ts';
import type { MergePorts } from '../ports/merge-ports.ts';
import type { Mission } from '../ports/mission-store.ts';
import { mergePending } from '../merge-pending.ts';
import { shellWord } from '../shell-word.ts';
import { type LogState, reduce } from '../status/reduce.ts';
import type { LogRows } from '../status/rows/decode-log.ts';
import { finishMerge, type MergeNote, readNote } from './finish-merge.ts';
import type { Merged, MergeRequest } from './merge-request.ts';
import { withIntegrator } from './with-integrator.ts';

interface Pending {
  readonly mission: Mission;
  readonly integrator: Integrator;
  readonly pending: NonNullable<Awaited<ReturnType<Integrator['pending']>>>;
  readonly request: Pick<MergeRequest, 'keepWorktrees' | 'keepBranches' | 'dryRun'>;
}

/** Finishes a merge that was interrupted. @throws Fault `NO_MERGE_PENDING`, or as {@link resumePending}. */
export async function resumeMerge(
  ports: MergePorts,
  request: Pick<MergeRequest, 'mission' | 'keepWorktrees' | 'keepBranches'>,
): Promise<Merged> {
  const { mission } = await ports.view(request.mission);
  return withIntegrator(ports, mission, async (integrator) => {
    const pending = await integrator.pending();
    if (!pending) throw noMergePending(mission);
    return resumePending(ports, { mission, integrator, pending, request: { ...request, dryRun: false } });
  });
}

/**
 * Undoes a merge that was interrupted: files, index, target and refs become what they were.
 *
 * @throws Fault `NO_MERGE_PENDING`; `MERGE_RECORDED` when its events are in the log already; `MERGE_GIVEN_UP` when the
 * target went elsewhere meanwhile: the merge is forgotten then, and its checkouts are left to whoever moved it.
 */
export async function abortMerge(
  ports: MergePorts,
  request: Pick<MergeRequest, 'mission'>,
): Promise<{ readonly mission: Mission; readonly landing: Landing }> {
  const { mission } = await ports.view(request.mission);
  return withIntegrator(ports, mission, async (integrator) => {
    const pending = await integrator.pending();
    if (!pending) throw noMergePending(mission);
    const { landing } = pending;
    const journalOnly = await isElsewhere(ports, landing);
    await ports.log.append(mission, 'merge', async (log) => {
      if (isRecorded(log, readNote(landing))) throw recorded(mission);
      await integrator.abort();
      return { rows: [], value: undefined, journalOnly };
    });
    if (pending.stage === 'astray') throw givenUp(landing);
    return { mission, landing };
  });
}

/**
 * Goes on with an interrupted merge: checkouts, target, events, in the order of the first time.
 *
 * @throws Fault `MERGE_PENDING` in a dry run; `PACKAGE_MOVED` when a package is not what was to be merged any more;
 * `TARGET_MOVED` when the target went elsewhere.
 */
export async function resumePending(ports: MergePorts, given: Pending): Promise<Merged> {
  const { mission, integrator, pending, request } = given;
  if (request.dryRun) throw mergePending(mission.directory);
  const { landing, stage } = pending;
  const note = readNote(landing);
  const journalOnly = await isElsewhere(ports, landing);
  await ports.log.append(mission, 'merge', async (log) => {
    if (isRecorded(log, note)) return { rows: [], value: undefined, journalOnly };
    if (stage !== 'moved') requireApproved(reduce(log), note, mission);
    await integrator.resume();
    const known = idsOf(log);
    const rows = note.rows.filter(({ event_id: id }) => !known.has(id));
    return { rows, value: undefined, journalOnly };
  });
  return finishMerge(ports, { view: await ports.viewOf(mission), integrator, landing, request });
}

/** On another branch the checkout's copies stay as they are: changed, they would keep its user from switching back. */
async function isElsewhere(ports: MergePorts, { integration }: Landing): Promise<boolean> {
  return (await ports.branch()) !== integration.target;
}

function requireApproved({ packages }: LogState, { plan, lanes }: MergeNote, mission: Mission): void {
  const reviewed = new Map(lanes.flatMap((lane) => lane.reviewed.map(({ wp, commit }) => [wp, commit])));
  const moved = plan.completes.find((wp) => {
    const now = packages.get(wp);
    return now?.slot.lane !== 'approved' || (reviewed.has(wp) && reviewed.get(wp) !== now.commit);
  });
  if (moved === undefined) return;
  throw new Fault(
    'refused',
    'PACKAGE_MOVED',
    `${moved} has changed since the merge of ${mission.directory} was interrupted.`,
    {
      hints: [`Undo that merge with \`spec-kitty merge --abort --mission ${shellWord(mission.directory)}\`.`],
      details: { wp_id: moved },
    },
  );
}

function isRecorded(log: LogRows, { rows }: MergeNote): boolean {
  const known = idsOf(log);
  return rows.every(({ event_id: id }) => known.has(id));
}

function idsOf(log: LogRows): ReadonlySet<unknown> {
  return new Set([...log.laneEvents, ...log.lifecycle].map((row) => row['event_id' as keyof typeof row]));
}

function noMergePending({ directory }: Mission): Fault {
  return new Fault('refused', 'NO_MERGE_PENDING', `No merge of ${directory} was interrupted.`, {
    hints: [`Run \`spec-kitty merge --mission ${shellWord(directory)}\` to merge it.`],
    details: { mission_slug: directory },
  });
}

function givenUp({ integration: { target, before } }: Landing): Fault {
  return new Fault(
    'refused',
    'MERGE_GIVEN_UP',
    `${target} went elsewhere while the merge was interrupted: the merge is forgotten, but its files were not taken back.`,
    {
      hints: ['Run `git status`: what is not yours there is of the merge.', 'Then merge again.'],
      details: { target_branch: target, before },
    },
  );
}

function recorded({ directory }: Mission): Fault {
  return new Fault(
    'refused',
    'MERGE_RECORDED',
    `The merge of ${directory} is recorded; only its end is missing.`,
    {
      hints: [`Finish it with \`spec-kitty merge --resume --mission ${shellWord(directory)}\`.`],
      details: { mission_slug: directory },
    },
  );
}
