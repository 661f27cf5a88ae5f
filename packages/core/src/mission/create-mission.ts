import { Fault } from '../fault.ts';
import { formatInstant } from '../instant.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Ids } from '../ports/ids.ts';
import type { Lock } from '../ports/lock.ts';
import type { ProjectFiles } from '../ports/project-files.ts';
import { requireMissionType } from './mission-types.ts';
import { listed } from '../listed.ts';
import { shellWord } from '../shell-word.ts';
import { mintMissionId } from './mint-mission-id.ts';
import { isSlug, type MissionPlan, type NewMission, planMission } from './plan-mission.ts';

/** Ports of {@link createMission}. */
export interface CreateMissionPorts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly lock: Lock;
  readonly log: EventLog;
  readonly files: ProjectFiles;
  /** First eight characters of every known mission id, off-branch missions included. */
  readonly takenMid8: () => ReadonlySet<string>;
  /** Full names of the branches, local and remote ones, without those of lanes. */
  readonly branches: () => Promise<readonly string[]>;
}

/** What the caller decides about the new mission. */
export type MissionRequest = Omit<NewMission, 'missionId' | 'eventId' | 'at'> & {
  /** Branch of the primary checkout, which has no commit yet in a new repository. */
  readonly currentBranch: string | undefined;
};

/**
 * Creates a mission: its folder, its scaffolds and the first row of its log. Commits nothing.
 *
 * @throws Fault `INVALID_SLUG`, `UNKNOWN_MISSION_TYPE` or `TARGET_NOT_FOUND`.
 */
export async function createMission(
  ports: CreateMissionPorts,
  request: MissionRequest,
): Promise<MissionPlan> {
  if (!isSlug(request.slug)) {
    throw new Fault('usage', 'INVALID_SLUG', `"${request.slug}" cannot name a mission.`, {
      hints: ['Use lower-case letters, digits and single hyphens, such as invoice-export.'],
    });
  }
  requireMissionType(request.missionType);
  if (request.targetBranch !== request.currentBranch)
    requireBranch(request.targetBranch, await ports.branches());
  return ports.lock.hold('create-mission', 'mission create', async () => {
    const plan = planMission({
      ...request,
      missionId: mintMissionId(ports.ids.next(), ports.takenMid8()),
      eventId: ports.ids.next(),
      at: formatInstant(ports.clock.nowMicros()),
    });
    const root = `kitty-specs/${plan.directory}`;
    // The identity comes last: a folder without it is an unfinished creation, not a mission.
    const { 'meta.json': identity = '', ...rest } = plan.files;
    for (const [file, text] of Object.entries(rest)) ports.files.write(`${root}/${file}`, text);
    ports.files.write(`${root}/meta.json`, identity);
    const address = { missionId: plan.meta.mission_id ?? '', directory: plan.directory };
    await ports.log.append(address, 'mission create', () => ({ rows: [plan.created], value: undefined }));
    return plan;
  });
}

function requireBranch(branch: string, refs: readonly string[]): void {
  const names = (kind: string) =>
    refs.filter((ref) => ref.startsWith(kind)).map((ref) => ref.slice(kind.length));
  const local = names('refs/heads/');
  if (local.includes(branch)) return;
  const remote = names('refs/remotes/').find((name) => name.slice(name.indexOf('/') + 1) === branch);
  const create = local.length === 0 ? 'git switch --create' : 'git branch';
  const from = remote === undefined ? '' : ` ${shellWord(remote)}`;
  throw new Fault('refused', 'TARGET_NOT_FOUND', `There is no branch "${branch}".`, {
    hints: [
      ...(local.length === 0 ? [] : [`There are: ${listed(local)}.`]),
      `To have the work land there, create it first: \`${create} ${shellWord(branch)}${from}\`.`,
    ],
    details: { target_branch: branch, candidates: local },
  });
}
