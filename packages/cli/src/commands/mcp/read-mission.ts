import { findPackage } from '@spec-kitty/core/mission/find-package';
import { packageEvidence } from '@spec-kitty/core/move/package-evidence';
import { unsatisfiedDependencies } from '@spec-kitty/core/next/decide-next';
import { nextPackages } from '@spec-kitty/core/next/next-packages';
import { actorName } from '@spec-kitty/protocol/actor';
import { sourceLane } from '@spec-kitty/core/status/package-state';
import type { AppContext } from '../../context.ts';
import { identityOf } from '../orchestrator-api/contract/identity-of.ts';
import { missionStateFacts } from '../orchestrator-api/mission-state.ts';
import { resolveWorkspaceFacts } from '../orchestrator-api/resolve-workspace.ts';
import { toolWords } from './tool-words.ts';

interface AboutMission {
  readonly mission?: string | undefined;
}

interface AboutPackage extends AboutMission {
  readonly wp: string;
}

/** Every package, as an orchestrator is told of them. */
export async function missionState(context: AppContext, { mission }: AboutMission): Promise<object> {
  const view = await (await context.workspace()).view(mission);
  return { ...identityOf(view.mission), ...missionStateFacts(view) };
}

/** What a claim would get: planned packages that wait for nothing, neither for each other's worktree, and those to review. */
export async function readyWork(context: AppContext, { mission }: AboutMission): Promise<object> {
  const view = await (await context.workspace()).view(mission);
  const packages = nextPackages(view);
  const titles = new Map(view.packages.map(({ id, title }) => [id, title]));
  const rows = (wanted: typeof packages) =>
    wanted.map(({ id }) => ({ wp_id: id, title: titles.get(id) ?? id }));
  return {
    ...identityOf(view.mission),
    to_implement: rows(
      packages.filter(
        (wp) =>
          wp.lane === 'planned' && wp.busy === null && unsatisfiedDependencies(wp, packages).length === 0,
      ),
    ),
    to_review: packages
      .filter(({ lane }) => lane === 'for_review')
      .map((wp) => ({ ...rows([wp])[0], implementers: wp.implementers })),
  };
}

/** Where a package is worked on. */
export async function workspace(context: AppContext, { mission, wp }: AboutPackage): Promise<object> {
  const opened = await context.workspace();
  const view = await opened.view(mission);
  return { ...identityOf(view.mission), ...(await resolveWorkspaceFacts(opened, view, wp)) };
}

/** What a package has to show. */
export async function evidence(context: AppContext, { mission, wp: named }: AboutPackage): Promise<object> {
  const opened = await context.workspace();
  const view = await opened.view(mission);
  const wp = findPackage(view, named);
  const found = await packageEvidence(await opened.lanes(), view, wp);
  const known = view.state.packages.get(wp.id);
  return {
    ...identityOf(view.mission),
    wp_id: wp.id,
    lane: sourceLane(known),
    base_commit: found.from,
    tip: found.tip,
    changed_files: found.changedFiles,
    open_subtasks: found.openSubtasks,
    submitted_commit: known?.commit ?? null,
    review_result: known?.slot.review_result ?? null,
    lacks: found.lacks && {
      error: found.lacks.message,
      error_code: found.lacks.code,
      hints: found.lacks.hints.flatMap((hint) => toolWords(hint, wp.id) ?? []),
    },
  };
}

/** What has happened, oldest first. */
export async function history(
  context: AppContext,
  { mission, wp, limit }: AboutMission & { readonly wp?: string | undefined; readonly limit: number },
): Promise<object> {
  const opened = await context.workspace();
  const view = await opened.view(mission);
  const only = wp === undefined ? undefined : findPackage(view, wp).id;
  const { laneEvents, annotations } = await opened.log.read(view.mission);
  const entries = [
    ...laneEvents.map((event) => ({
      event_id: event.event_id,
      at: event.at,
      wp_id: event.wp_id,
      actor: actorName(event.actor),
      from_lane: event.from_lane,
      to_lane: event.to_lane,
      forced: event.force,
      reason: event.reason,
      review_result: event.review_result ?? null,
    })),
    ...annotations.flatMap(({ event_id, at, wp_id, actor, delta }) =>
      delta.note === undefined ? [] : [{ event_id, at, wp_id, actor: actorName(actor), note: delta.note }],
    ),
  ]
    .filter(({ wp_id: id }) => only === undefined || id === only)
    .toSorted((a, b) => (`${a.at} ${a.event_id}` < `${b.at} ${b.event_id}` ? -1 : 1));
  return { ...identityOf(view.mission), total: entries.length, entries: entries.slice(-limit) };
}
