import { documentJson, rowJson } from '@spec-kitty/protocol/canonical-json';
import type { MissionMeta } from '@spec-kitty/protocol/mission-meta';
import type { NewRow } from '@spec-kitty/protocol/status-row';
import { Fault } from '../fault.ts';
import type { Integrator, SealedFiles } from '../ports/integration.ts';
import type { Mission } from '../ports/mission-store.ts';
import { targetBranch } from '../mission/target-branch.ts';
import { decodeLog } from '../status/rows/decode-log.ts';
import { reduce } from '../status/reduce.ts';
import { toSnapshot } from '../status/snapshot.ts';
import type { MergePorts } from '../ports/merge-ports.ts';
import { shellWord } from '../shell-word.ts';

/** Files that a merge writes itself. */
const WRITTEN = ['status.events.jsonl', 'status.json', 'meta.json'];

/** What the last commit of a merge is made from. */
export interface Sealing {
  readonly mission: Mission;
  /** Text of the log before the merge's own rows. */
  readonly text: string;
  readonly rows: readonly NewRow[];
  /** `meta.json` as it becomes. */
  readonly meta: MissionMeta;
  /** What its rows say is there, by path relative to the repository. */
  readonly feedback: Readonly<Record<string, string>>;
}

/** The mission's own files after the merge: what changed in the checkout, and the projections of the new log. */
export async function sealedFiles(
  ports: MergePorts,
  { mission, text, rows, meta, feedback }: Sealing,
): Promise<SealedFiles> {
  const root = `kitty-specs/${mission.directory}`;
  const log = text + rows.map((row) => `${rowJson(row)}\n`).join('');
  const state = reduce(decodeLog([{ text: log, file: `${root}/status.events.jsonl` }]));
  return {
    copied: await sweptFiles(ports, mission),
    texts: {
      ...feedback,
      [`${root}/status.events.jsonl`]: log,
      [`${root}/status.json`]: documentJson(toSnapshot(state, meta)),
      [`${root}/meta.json`]: documentJson(meta),
    },
  };
}

/** Files of the mission with uncommitted changes that the merge's commit takes along, besides those that it writes itself. */
export async function sweptFiles(ports: MergePorts, mission: Mission): Promise<readonly string[]> {
  if (!(await isOnTarget(ports, mission))) return [];
  const written = new Set(writtenFiles(mission));
  const changed = await (await ports.commits()).changed(mission.directory);
  return changed.filter((file) => !written.has(file));
}

/** Files of the mission that every merge writes, relative to the repository. */
export function writtenFiles({ directory }: Pick<Mission, 'directory'>): readonly string[] {
  return WRITTEN.map((name) => `kitty-specs/${directory}/${name}`);
}

/** Whether the mission's files in the primary checkout are those that the merge is about. */
export async function isOnTarget(ports: Pick<MergePorts, 'branch'>, mission: Mission): Promise<boolean> {
  return mission.checkedOut && (await ports.branch()) === targetBranch(mission.meta);
}

/**
 * `meta.json` that the merge continues: another branch that is checked out may have another one.
 *
 * @throws Fault `MISSION_NOT_ON_BRANCH` when the target lacks the mission: a part of its files would land there.
 */
export async function metaOnTarget(
  ports: Pick<MergePorts, 'branch' | 'files'>,
  mission: Mission,
  integrator: Integrator,
): Promise<MissionMeta> {
  if (await isOnTarget(ports, mission)) return currentMeta(ports, mission);
  const file = metaFile(mission);
  const branch = targetBranch(mission.meta);
  const text = await integrator.show(branch, file);
  if (text !== undefined) return parse(text, `${branch}:${file}`);
  throw new Fault(
    'refused',
    'MISSION_NOT_ON_BRANCH',
    `The files of ${mission.directory} are not on ${branch}, where the merge records it.`,
    {
      hints: [`Run \`git switch ${shellWord(branch)}\` and commit kitty-specs/${mission.directory} there.`],
      details: { branch: mission.branch ?? null, target_branch: branch },
    },
  );
}

/** Takes over what a merge has set in the target's `meta.json`, where the checkout was not told: its record is gone. */
export async function adoptMergedMeta(
  ports: MergePorts,
  integrator: Integrator,
  mission: Mission,
): Promise<void> {
  if (!(await isOnTarget(ports, mission))) return;
  const file = metaFile(mission);
  const branch = targetBranch(mission.meta);
  const text = await integrator.show(branch, file);
  if (text === undefined) return;
  const { mission_number, baseline_merge_commit } = parse(text, `${branch}:${file}`);
  const now = currentMeta(ports, mission);
  if (baseline_merge_commit === undefined || baseline_merge_commit === now.baseline_merge_commit) return;
  await ports.lock.hold(`mission-${mission.missionId}`, 'merge', async () => {
    const merged = { ...currentMeta(ports, mission), mission_number, baseline_merge_commit };
    ports.files.rewrite(file, documentJson(merged));
  });
  await ports.unite(mission, 'merge');
}

/** `meta.json` as it is now in the checkout: another command may have written it since the mission was opened. */
export function currentMeta({ files }: Pick<MergePorts, 'files'>, mission: Mission): MissionMeta {
  const file = metaFile(mission);
  const text = files.read(file);
  return text === undefined ? mission.meta : parse(text, file);
}

/** Where `meta.json` of a mission is, relative to the repository. */
export function metaFile({ directory }: Pick<Mission, 'directory'>): string {
  return `kitty-specs/${directory}/meta.json`;
}

function parse(text: string, file: string): MissionMeta {
  try {
    const meta: MissionMeta = JSON.parse(text);
    return meta;
  } catch (cause) {
    throw new Fault('refused', 'META_CORRUPT', `The file is not a JSON object: ${file}`, {
      hints: ['Repair it, then run the command again.'],
      details: { file },
      cause,
    });
  }
}
