import { readManifest } from '../execution-lanes/lane-context.ts';
import { openSubtasks } from '../move/open-subtasks.ts';
import { nextPackages } from '../next/next-packages.ts';
import type { MissionView } from '../ports/mission-view.ts';
import { isAccepted } from '../status/acceptance.ts';
import type { RunOptions } from './run-record.ts';
import type { Attempt } from './run-state.ts';
import type { RunPackage, ScheduleInput } from './schedule.ts';

/** What a run adds to a mission. */
interface OfRun extends Pick<ScheduleInput, 'reviewers' | 'draining'> {
  readonly attempts: readonly Attempt[];
  readonly earlier?: readonly Attempt[];
  readonly options: RunOptions;
  readonly perAgent: ScheduleInput['limits']['perAgent'];
  /** Resources beside those of the plan, by package. */
  readonly apart?: ReadonlyMap<string, readonly string[]>;
}

/** Joins a mission and a run. @throws Fault where the mission is not finalized. */
export function scheduleInput(view: MissionView, run: OfRun): ScheduleInput {
  const { attempts, earlier = [], options, reviewers, perAgent, draining } = run;
  const { maxParallel, maxCycles, until, implementers } = options;
  const { lanes } = readManifest(view.mission);
  const laneOf = (id: string): string => lanes.find(({ wp_ids: ids }) => ids.includes(id))?.lane_id ?? id;
  const packages = nextPackages(view).map((wp): RunPackage => {
    const planned = view.packages.find(({ id }) => id === wp.id);
    return {
      ...wp,
      laneId: laneOf(wp.id),
      resources: [...(planned?.resources ?? []), ...(run.apart?.get(wp.id) ?? [])],
      openSubtasks: planned ? openSubtasks(planned, view.state.packages.get(wp.id)) : [],
    };
  });
  return {
    mission: view.mission.directory,
    packages,
    attempts,
    earlier,
    // An acceptance is of what was approved then, and of nothing that was sent back since.
    accepted: isAccepted(view.acceptance, view.state, view.mission.meta),
    merged: view.merge !== null && packages.every(({ lane }) => lane === 'done' || lane === 'canceled'),
    until,
    limits: { maxParallel, maxCycles, perAgent },
    draining,
    implementers,
    reviewers,
  };
}
