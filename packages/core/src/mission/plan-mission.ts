import { documentJson } from '@spec-kitty/protocol/canonical-json';
import type { MissionMeta } from '@spec-kitty/protocol/mission-meta';
import type { LifecycleRow } from '@spec-kitty/protocol/status-row';
import { SCHEMA_VERSION } from '@spec-kitty/protocol/schema-version';
import { mid8 } from './resolve-handle.ts';
import { specScaffold, TASKS_README } from './scaffolds.ts';

/** What a person says about a new mission, and what the world adds. */
export interface NewMission {
  readonly slug: string;
  readonly missionId: string;
  readonly eventId: string;
  /** ISO time with microseconds. */
  readonly at: string;
  readonly targetBranch: string;
  readonly missionType: string;
  readonly friendlyName: string | undefined;
  readonly purposeTldr: string | undefined;
  readonly purposeContext: string | undefined;
  readonly prBound: boolean;
  /** Path of a brief that the specification is written from. */
  readonly brief?: string | undefined;
  /** Documents that are written already, in place of the scaffolds; by their path in the mission's folder. */
  readonly documents?: Readonly<Record<string, string>>;
  readonly project: { readonly uuid: string | null; readonly slug: string | null };
}

/** What a mission says of itself from the start. */
interface NewMeta extends MissionMeta {
  readonly created_at: string;
  readonly friendly_name: string;
  readonly mission_id: string;
  readonly mission_type: string;
  readonly target_branch: string;
  readonly topology: 'lanes';
  readonly purpose_tldr?: string;
  readonly purpose_context?: string;
}

/** A mission that does not exist yet, as files and the first row of its log. */
export interface MissionPlan {
  readonly directory: string;
  readonly meta: NewMeta;
  /** Path inside the mission's directory to text. */
  readonly files: Readonly<Record<string, string>>;
  readonly created: LifecycleRow;
}

/** Tells whether a text may be the human part of a mission's name (L§2.1). */
export function isSlug(text: string): boolean {
  return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text) && text.length <= 80;
}

/** Plans the files of a new mission; the directory is `<slug>-<mid8>` (L§2.1). */
export function planMission(mission: NewMission): MissionPlan {
  const directory = `${mission.slug}-${mid8(mission.missionId)}`;
  const friendlyName = mission.friendlyName ?? titleOf(mission.slug);
  const meta: NewMeta = {
    created_at: mission.at,
    friendly_name: friendlyName,
    mission_id: mission.missionId,
    mission_number: null,
    mission_slug: directory,
    mission_type: mission.missionType,
    slug: directory,
    target_branch: mission.targetBranch,
    topology: 'lanes',
    vcs: 'git',
    ...(mission.purposeTldr === undefined ? {} : { purpose_tldr: mission.purposeTldr }),
    ...(mission.purposeContext === undefined ? {} : { purpose_context: mission.purposeContext }),
    ...(mission.prBound ? { pr_bound: true } : {}),
  };
  return {
    directory,
    meta,
    files: {
      'meta.json': documentJson(meta),
      'spec.md': specScaffold({
        title: friendlyName,
        type: mission.missionType,
        purpose: mission.purposeTldr,
        brief: mission.brief,
      }),
      'tasks/README.md': TASKS_README,
      ...mission.documents,
    },
    created: {
      aggregate_id: mission.missionId,
      aggregate_type: 'Mission',
      event_id: mission.eventId,
      event_type: 'MissionCreated',
      payload: {
        created_at: mission.at,
        friendly_name: friendlyName,
        mission_id: mission.missionId,
        mission_number: null,
        mission_slug: directory,
        mission_type: mission.missionType,
        target_branch: mission.targetBranch,
      },
      project_slug: mission.project.slug,
      project_uuid: mission.project.uuid,
      schema_version: SCHEMA_VERSION,
      timestamp: mission.at,
    },
  };
}

function titleOf(slug: string): string {
  const words = slug.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
