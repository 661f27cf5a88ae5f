import type { SlotLane } from '@spec-kitty/protocol/lane';
import type { LanesManifest } from '@spec-kitty/protocol/lanes-manifest';
import { laneOf } from '../execution-lanes/read-lanes.ts';
import { Fault } from '../fault.ts';
import { readPackageFile } from '../mission/package-texts.ts';
import type { WorkPackage } from '../planning/work-packages.ts';
import { isSettled } from '../status/package-state.ts';
import { graphIssues, graphProblems } from '../planning/dependency-graph.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { readManifest } from '../execution-lanes/lane-context.ts';

/** What is wrong with one package before anybody works on it. */
export interface PackageCheck {
  readonly lane: SlotLane | 'genesis';
  /** Empty when the package can be worked on. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/** Checks a package's frontmatter and whether its lane fits what the plan says (L§7.7). */
export function checkPackage(view: MissionView, wp: WorkPackage): PackageCheck {
  const lane = view.state.packages.get(wp.id)?.slot.lane ?? 'genesis';
  const started = lane !== 'genesis' && lane !== 'uninitialized' && lane !== 'planned' && lane !== 'canceled';
  return {
    lane,
    errors: [...fileErrors(view, wp), ...dependencyErrors(view, wp), ...manifestErrors(view, wp, lane)],
    warnings: [
      ...(lane === 'genesis' || lane === 'uninitialized'
        ? [`${wp.id} is not finalized, so it cannot be claimed.`]
        : []),
      ...(started ? waitingWarnings(view, wp) : []),
      ...(wp.ownedFiles.length === 0 && wp.problem === null
        ? [`${wp.id} owns no files, so overlaps with others go unnoticed.`]
        : []),
      ...subtaskWarnings(view, wp, lane),
    ],
  };
}

function fileErrors({ mission }: MissionView, wp: WorkPackage): readonly string[] {
  const read = readPackageFile(mission.files, wp.fileName);
  const found = read.ok ? read.file.problems : [read.problem];
  return found.map(({ file, line, message }) => `${file}${line === undefined ? '' : `:${line}`}: ${message}`);
}

function dependencyErrors({ packages }: MissionView, wp: WorkPackage): readonly string[] {
  const graph = new Map(packages.map(({ id, dependencies }) => [id, dependencies]));
  return graphIssues(graphProblems(graph))
    .filter(({ ids }) => ids.includes(wp.id))
    .map(({ message }) => message);
}

function manifestErrors(view: MissionView, wp: WorkPackage, lane: SlotLane | 'genesis'): readonly string[] {
  if (lane === 'genesis' || lane === 'uninitialized') return [];
  let manifest: LanesManifest;
  try {
    manifest = readManifest(view.mission);
  } catch (error) {
    // That lanes.json is missing or damaged is the finding.
    if (error instanceof Fault) return [error.message];
    throw error;
  }
  return laneOf(manifest, wp.id) ? [] : [`${wp.id} is ${lane} and in no lane of lanes.json.`];
}

function waitingWarnings({ state }: MissionView, wp: WorkPackage): readonly string[] {
  const others = wp.dependencies.filter((id) => id !== wp.id);
  const lanes = others.map((id) => ({ id, lane: state.packages.get(id)?.slot.lane ?? ('genesis' as const) }));
  const open = lanes.filter(({ lane }) => !isSettled(lane)).map(({ id, lane }) => `${id} (${lane})`);
  return open.length === 0 ? [] : [`${wp.id} was started although it depends on ${open.join(', ')}.`];
}

function subtaskWarnings(
  { state }: MissionView,
  wp: WorkPackage,
  lane: SlotLane | 'genesis',
): readonly string[] {
  const marks = state.packages.get(wp.id)?.slot.subtasks ?? {};
  const foreign = Object.keys(marks).filter((id) => !wp.subtasks.includes(id));
  const open = wp.subtasks.filter((id) => marks[id] !== 'done');
  const settled = lane === 'for_review' || lane === 'in_review' || lane === 'approved' || lane === 'done';
  return [
    ...(foreign.length > 0
      ? [`The log knows subtasks that ${wp.id} does not list: ${foreign.join(', ')}.`]
      : []),
    ...(settled && open.length > 0 ? [`${wp.id} is ${lane} with open subtasks: ${open.join(', ')}.`] : []),
  ];
}
