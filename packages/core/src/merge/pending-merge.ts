import { Fault } from '../fault.ts';
import { few } from '../few.ts';
import { GIVEN_UP } from '../log/abandonment.ts';
import type { Integrator, Landing, Remains } from '../ports/integration.ts';
import type { MergePorts } from '../ports/merge-ports.ts';
import type { MissionView } from '../ports/mission-view.ts';
import type { Mission } from '../ports/mission-store.ts';
import { mergePending, recordedPart } from '../merge-pending.ts';
import { shellWord } from '../shell-word.ts';
import { type LogState, reduce } from '../status/reduce.ts';
import { eventIds, type LogRows } from '../status/rows/decode-log.ts';
import { finishMerge, type MergeNote, readNote, writeFeedback } from './finish-merge.ts';
import type { Merged, MergeRequest, SinceMerge } from './merge-request.ts';
import { lostMerge, mergeLost } from '../merged/lost-merge.ts';
import { recordedMerge } from '../merged/recorded-merge.ts';
import { withIntegrator } from './with-integrator.ts';

interface Pending {
  readonly mission: Mission;
  readonly integrator: Integrator;
  readonly pending: NonNullable<Awaited<ReturnType<Integrator['pending']>>>;
  readonly request: Pick<MergeRequest, 'keepWorktrees' | 'keepBranches' | 'dryRun'> & Partial<Wanted>;
}

/** What a merge can be asked to be. */
type Wanted = Pick<MergeRequest, 'destination' | 'strategy'>;

/** Finishes a merge that was interrupted. @throws Fault `NO_MERGE_PENDING`, or as {@link resumePending}. */
export async function resumeMerge(
  ports: MergePorts,
  request: Pick<MergeRequest, 'mission' | 'keepWorktrees' | 'keepBranches'>,
): Promise<Merged> {
  const view = await ports.view(request.mission);
  const { mission } = view;
  return withIntegrator(ports, mission, async (integrator) => {
    const pending = await integrator.pending();
    if (!pending) throw await noMergePending(ports, view);
    return resumePending(ports, { mission, integrator, pending, request: { ...request, dryRun: false } });
  });
}

/**
 * Undoes a merge that was interrupted: files, index, target and refs become what they were.
 *
 * What somebody has written, staged or committed since is theirs and stays. On top of the merge nothing can be taken back
 * without it, so that is refused; elsewhere all the rest is taken back, and what stays is named.
 *
 * @throws Fault `NO_MERGE_PENDING`; `MERGE_RECORDED` when one of its events is in the log already; `TARGET_MOVED` when the target
 * has gone on from it; `MERGE_GIVEN_UP` once it is ended, when something of it, or of somebody, stayed.
 */
export async function abortMerge(
  ports: MergePorts,
  request: Pick<MergeRequest, 'mission'>,
): Promise<{ readonly mission: Mission; readonly landing: Landing }> {
  const view = await ports.view(request.mission);
  const { mission } = view;
  return withIntegrator(ports, mission, async (integrator) => {
    const pending = await integrator.pending();
    if (!pending) throw await noMergePending(ports, view);
    const { landing, stage } = pending;
    const journalOnly = await isElsewhere(ports, landing);
    const remains = await ports.log.append(mission, 'merge', async (log) => {
      // A part of the rows as well: packages that they have made done would stay so without their work.
      if (missingRows(log, readNote(landing)).part !== 'none') throw recorded(mission);
      if (stage === 'continued') throw builtUpon(mission, landing);
      return { rows: [], value: await integrator.abort(), journalOnly };
    });
    if (remains.left.length > 0 || remains.tip !== landing.integration.before)
      throw givenUp(mission, landing, remains);
    return { mission, landing };
  });
}

/**
 * Goes on with an interrupted merge: checkouts, target, events, in the order of the first time.
 *
 * @throws Fault `MERGE_PENDING` in a dry run and where another merge is asked for; `PACKAGE_MOVED` when a package is not what was to be merged any more;
 * `TARGET_MOVED` when the target went elsewhere.
 */
export async function resumePending(ports: MergePorts, given: Pending): Promise<Merged> {
  const { mission, integrator, pending, request } = given;
  const { landing, stage, recorded: isIn } = pending;
  if (request.dryRun || isAnother(request, landing))
    throw mergePending(mission.directory, isIn ? 'recorded' : 'open');
  const note = readNote(landing);
  const journalOnly = await isElsewhere(ports, landing);
  const prepare = (): void => {
    if (!journalOnly) writeFeedback(ports, note);
  };
  await ports.log.append(mission, 'merge', async (log) => {
    const { part, rows } = missingRows(log, note);
    // No row is written before target and checkouts have the merge.
    if (part !== 'none') return { rows, value: undefined, journalOnly, prepare };
    if (stage === 'astray') throw wentElsewhere(mission, landing);
    if (stage === 'begun') requireApproved(reduce(log), note, mission);
    await integrator.resume();
    return { rows, value: undefined, journalOnly, prepare };
  });
  const merged = await finishMerge(ports, {
    view: await ports.viewOf(mission),
    integrator,
    landing,
    request,
  });
  return { ...merged, since: await sinceMerge(ports, landing, mission) };
}

/** Whoever says where a merge goes, or how, does not mean one that goes elsewhere, or otherwise. */
function isAnother(
  { destination, strategy }: Partial<Wanted>,
  { integration: { strategy: begun } }: Landing,
): boolean {
  if (destination === 'branch' || (destination === 'landed' && begun !== 'landed')) return true;
  return strategy !== undefined && begun !== 'landed' && strategy !== begun;
}

/** Whoever committed everything between the merge and its end took along what the checkout had of the mission until then. */
async function sinceMerge(
  ports: MergePorts,
  landing: Landing,
  { directory }: Mission,
): Promise<SinceMerge | null> {
  const lanes = await ports.lanes();
  const tip = await lanes.resolve(`refs/heads/${landing.integration.target}`);
  if (tip === undefined || tip === landing.commit) return null;
  if (await isElsewhere(ports, landing)) return { tip, uncommitted: [] };
  return { tip, uncommitted: await lanes.dirtyInPrimary([`kitty-specs/${directory}`]) };
}

/** On another branch the checkout's copies stay as they are: changed, they would keep its user from switching back. */
async function isElsewhere(ports: MergePorts, { integration }: Landing): Promise<boolean> {
  return (await ports.branch()) !== integration.target;
}

function requireApproved({ packages }: LogState, note: MergeNote, mission: Mission): void {
  const { plan, lanes, train } = note;
  const reviewed = new Map(lanes.flatMap((lane) => lane.reviewed.map(({ wp, commit }) => [wp, commit])));
  const back = train?.sentBack.map(({ wp }) => wp) ?? [];
  const moved = [...plan.completes, ...back].find((wp) => {
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

function missingRows(log: LogRows, { rows }: MergeNote) {
  const known = eventIds(log);
  return {
    part: recordedPart(rows, (id) => known.has(id)),
    rows: rows.filter(({ event_id: id }) => !known.has(id)),
  };
}

async function noMergePending(ports: MergePorts, view: MissionView): Promise<Fault> {
  const { directory } = view.mission;
  const lost = await lostMerge(() => ports.lanes(), view);
  const rest = recordedMerge(view) ? 'says where it is merged already' : 'begins one once it is ready';
  const merging = `\`spec-kitty merge --mission ${shellWord(directory)}\` ${rest}.`;
  return new Fault('refused', 'NO_MERGE_PENDING', `No merge of ${directory} was interrupted.`, {
    hints: lost ? mergeLost(directory, lost).hints : [view.abandoned ? GIVEN_UP : merging],
    details: { mission_slug: directory },
  });
}

function givenUp(
  { directory }: Mission,
  { integration: { target, before } }: Landing,
  { tip, left }: Remains,
): Fault {
  const stays = [
    ...(tip === before ? [] : [`${target} is ${tip === null ? 'gone' : `at ${tip}`}`]),
    ...left.map(({ checkout, paths }) => `${few(paths)} in ${checkout}`),
  ];
  return new Fault(
    'refused',
    'MERGE_GIVEN_UP',
    `The merge of ${directory} is ended, and undone but for what somebody has changed since; this stays: ${stays.join('; ')}`,
    {
      hints: [
        ...left.map(
          ({ checkout, paths }) =>
            `Compare with what was there before: \`git -C ${shellWord(checkout)} diff ${shellWord(before)} -- ${paths.slice(0, 5).map(shellWord).join(' ')}\`.`,
        ),
        `Run \`spec-kitty merge --mission ${shellWord(directory)}\` to merge again.`,
      ],
      details: { mission_slug: directory, target_branch: target, before, tip, left },
    },
  );
}

function builtUpon({ directory }: Mission, { integration: { target, before }, commit }: Landing): Fault {
  return new Fault(
    'refused',
    'TARGET_MOVED',
    `${target} has gone on from the merge, which cannot be undone without that; nothing was changed: ${commit}`,
    {
      hints: [`Finish it with \`spec-kitty merge --resume --mission ${shellWord(directory)}\`.`],
      details: { target_branch: target, expected: before, commit },
    },
  );
}

function wentElsewhere({ directory }: Mission, { integration: { target, before } }: Landing): Fault {
  return new Fault(
    'refused',
    'TARGET_MOVED',
    `${target} went elsewhere while the merge was interrupted, so it cannot be finished; nothing was changed.`,
    {
      hints: [
        `End it with \`spec-kitty merge --abort --mission ${shellWord(directory)}\`, then merge again.`,
      ],
      details: { target_branch: target, expected: before },
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
