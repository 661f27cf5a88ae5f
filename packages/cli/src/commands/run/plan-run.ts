import type { Mission } from '@spec-kitty/core/ports/mission-store';
import type { RunOptions } from '@spec-kitty/core/run/run-record';
import { unsatisfiedDependencies } from '@spec-kitty/core/next/decide-next';
import { type RunAction, type RunPackage, schedule } from '@spec-kitty/core/run/schedule';
import { forecastRecord } from '@spec-kitty/core/run/forecast/forecast-record';
import { forecastResources } from '@spec-kitty/core/run/forecast/likely-conflicts';
import { scheduleInput } from '@spec-kitty/core/run/schedule-input';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';
import type { AppContext } from '../../context.ts';
import type { Chosen } from './choose-agents.ts';
import type { OpenedRun } from './open-run.ts';
import { forecastOf } from './run-ports.ts';
import { forecastText } from './show/run-sentences.ts';
import { type OptionsDocument, optionsDocument, type PlanDocument, type RunLine } from './show/run-event.ts';

/** What a plan is made from. */
export interface Planned {
  readonly workspace: Workspace;
  readonly mission: Mission;
  readonly opened: OpenedRun;
  readonly options: RunOptions;
  readonly chosen: Chosen;
  readonly json: boolean;
}

/** Says what a run would start now; changes nothing. */
export async function planRun(context: AppContext, planned: Planned): Promise<void> {
  const { workspace, mission, opened, options, chosen, json } = planned;
  const view = await workspace.viewOf(mission);
  const { forecast: mode } = await workspace.config();
  const { pairs, failed } =
    mode === 'off'
      ? { pairs: [], failed: null }
      : await forecastRecord(forecastOf(workspace, context.env), view);
  const earlier = opened.runs.flatMap(({ attempts }) => attempts);
  const apart = mode === 'serialise' ? forecastResources(pairs) : undefined;
  const seen = { attempts: [], earlier, ...(apart && { apart }) };
  const input = scheduleInput(view, { ...seen, options, ...chosen, draining: false });
  const actions = schedule(input);
  const starts = actions.filter((one): one is Extract<RunAction, { do: 'start' }> => one.do === 'start');
  const waits = input.packages
    .filter(
      ({ id, lane }) =>
        lane !== 'done' && lane !== 'canceled' && lane !== 'approved' && !starts.some(({ wp }) => wp === id),
    )
    .map((wp) => ({
      wp_id: wp.id,
      reason: whyLater(wp, input.packages, new Set(starts.map((one) => one.wp))),
    }));
  const document: PlanDocument = {
    event: 'plan',
    mission: mission.directory,
    options: optionsDocument(options),
    reviewers: chosen.reviewers.keys,
    starts: starts.map(({ wp, role, agent }) => ({ wp_id: wp, role, agent })),
    waits,
    pairs,
    failed,
    after: ({ review: [], accept: ['accept'], merge: ['accept', 'merge'] } as const)[options.until],
  };
  const line: RunLine = document;
  context.stdout(`${json ? JSON.stringify(line) : planText(document)}\n`);
}

/** Why a package does not start with those that do. */
function whyLater(wp: RunPackage, packages: readonly RunPackage[], starting: ReadonlySet<string>): string {
  const { lane, holder, laneId, resources } = wp;
  if (lane !== 'planned') return `is ${lane}${holder === null ? '' : ` by ${holder}`}`;
  const missing = unsatisfiedDependencies(wp, packages);
  if (missing.length > 0) return `after ${missing.join(', ')}`;
  const apart = packages.filter(
    (one) =>
      starting.has(one.id) &&
      (one.laneId === laneId || one.resources.some((resource) => resources.includes(resource))),
  );
  return apart.length > 0
    ? `not at the same time as ${apart.map(({ id }) => id).join(', ')}`
    : 'when there is room';
}

function planText(document: PlanDocument): string {
  const { mission, starts, waits, after, reviewers, options, pairs, failed } = document;
  const forecast = forecastText({ pairs, failed });
  return [
    `${mission}: nothing is started, this only says what a run would do.`,
    ...starts.map(
      ({ wp_id: wp, role, agent }) =>
        `  ${wp}  ${agent} ${role === 'reviewer' ? 'reviews' : 'implements'} at once`,
    ),
    ...waits.map(({ wp_id: wp, reason }) => `  ${wp}  ${reason}`),
    ...(forecast === undefined ? [] : [forecast]),
    `Reviewed by ${reviewersText(reviewers, options)}.`,
    ...(after.length === 0 ? ['It ends when everything is approved.'] : [`Then: ${after.join(', ')}.`]),
  ].join('\n');
}

function reviewersText(reviewers: readonly string[], { reviewer, implementers }: OptionsDocument): string {
  if (reviewer !== null)
    return implementers.includes(reviewer) ? `${reviewer}, in sessions of its own` : reviewer;
  return reviewers.length > 1
    ? `whichever of ${reviewers.join(', ')} has not implemented the package`
    : 'a person: there is no other agent that has not implemented it';
}
