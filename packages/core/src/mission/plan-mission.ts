import { documentJson } from '@spec-kitty/protocol/canonical-json';
import type { MissionMeta } from '@spec-kitty/protocol/mission-meta';
import type { LifecycleRow } from '@spec-kitty/protocol/status-row';
import { SCHEMA_VERSION } from '@spec-kitty/protocol/schema-version';
import { mid8 } from './resolve-handle.ts';

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
  readonly project: { readonly uuid: string | null; readonly slug: string | null };
}

/** A mission that does not exist yet, as files and the first row of its log. */
export interface MissionPlan {
  readonly directory: string;
  readonly meta: MissionMeta;
  /** Path inside the mission's directory to text. */
  readonly files: Readonly<Record<string, string>>;
  readonly created: LifecycleRow;
}

/** Mission types that the predecessor knows; the files on disk are the same for all (L§9.7). */
export const MISSION_TYPES = ['software-dev', 'research', 'documentation', 'plan'] as const;

/** Tells whether a text may be the human part of a mission's name (L§2.1). */
export function isSlug(text: string): boolean {
  return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text) && text.length <= 80;
}

/** Plans the files of a new mission; the directory is `<slug>-<mid8>` (L§2.1). */
export function planMission(mission: NewMission): MissionPlan {
  const directory = `${mission.slug}-${mid8(mission.missionId)}`;
  const friendlyName = mission.friendlyName ?? titleOf(mission.slug);
  const meta: MissionMeta = {
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
      'spec.md': specScaffold(friendlyName, mission.purposeTldr),
      'tasks/README.md': TASKS_README,
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

function specScaffold(title: string, purpose: string | undefined): string {
  return `# Specification: ${title}

## Purpose

${purpose ?? '[Who needs this, and what gets better for them]'}

## Functional requirements

| ID | Requirement |
|---|---|
| FR-001 | [What the system must do, so that somebody else could check it] |

## Non-functional requirements

| ID | Requirement |
|---|---|
| NFR-001 | [A quality with a number and how it is measured] |

## Constraints

| ID | Constraint |
|---|---|
| C-001 | [What must not change, or must be used] |

## Out of scope

- [What this mission leaves alone]
`;
}

/** Text of a new plan.md; every line a person must replace is a placeholder in brackets. */
export function planScaffold(title: string): string {
  return `# Plan: ${title}

## Technical Context

- **Language/Version**: [For example TypeScript 5 on Node 20]
- **Primary Dependencies**: [Libraries this work rests on]
- **Testing**: [The command that proves the work, and what it covers]

## Design

[Which parts change, which are new, and how they meet]

## Risks

- [What could go wrong, and how it would be noticed]
`;
}

const TASKS_README = `# Work packages

One file per package, named \`WPnn-<slug>.md\`: YAML frontmatter, then the instructions for whoever implements it.

\`\`\`yaml
---
work_package_id: WP01
title: What this package delivers
dependencies: []
requirement_refs: [FR-001]
owned_files: ["src/area/**"]
create_intent: ["src/area/new-file.ts"]
authoritative_surface: src/area/
execution_mode: code_change
subtasks: [T001, T002]
---
\`\`\`

Packages that own a common file must depend on each other, directly or through others; they share a lane and are
worked on one after the other. Packages that share no file and do not wait for each other can run in parallel.
A package with \`execution_mode: planning_artifact\` is worked on in the main checkout, on the target branch.
\`../tasks.md\` lists the packages, each under its own \`## WPnn: title\` heading.
Status is kept in the event log, never in these files.
`;
