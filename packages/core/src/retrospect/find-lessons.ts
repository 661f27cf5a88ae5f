import type { LaneEvent } from '@spec-kitty/protocol/status-row';
import { counted } from '../counted.ts';
import { parseInstant } from '../parse-instant.ts';
import { isDoneOverride, rejectionReference } from '../status/package-state.ts';
import { spanOf } from './span-of.ts';

/** Something that a log shows about how a mission went. */
export interface Lesson {
  readonly category: 'review' | 'override' | 'waiting' | 'time' | 'decision';
  readonly summary: string;
  /** Ids of the events that show it. */
  readonly events: readonly string[];
}

/** What a log shows, sorted by whether it should happen again. */
export interface Lessons {
  readonly helped: readonly Lesson[];
  readonly notHelpful: readonly Lesson[];
  readonly gaps: readonly Lesson[];
}

/** Finds what the moves of a mission's packages show; nothing in it is anybody's opinion. */
export function findLessons(events: readonly LaneEvent[]): Lessons {
  const packages = byPackage(events);
  return {
    helped: firstTime(packages),
    notHelpful: [
      ...packages.flatMap(sentBack),
      ...packages.flatMap(forced),
      ...packages.flatMap(blocked),
      ...slow(packages),
    ],
    gaps: packages.flatMap(vouched),
  };
}

interface PackageMoves {
  readonly id: string;
  readonly events: readonly LaneEvent[];
}

function byPackage(events: readonly LaneEvent[]): readonly PackageMoves[] {
  const moves = new Map<string, LaneEvent[]>();
  for (const event of events.toSorted(inTime)) {
    const known = moves.get(event.wp_id);
    if (known) known.push(event);
    else moves.set(event.wp_id, [event]);
  }
  return [...moves].map(([id, own]) => ({ id, events: own })).toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function inTime(a: LaneEvent, b: LaneEvent): number {
  const [left, right] = a.at === b.at ? [a.event_id, b.event_id] : [a.at, b.at];
  return left < right ? -1 : 1;
}

const idsOf = (events: readonly LaneEvent[]) => events.map(({ event_id: id }) => id);

const rejections = ({ events }: PackageMoves) => events.filter((event) => rejectionReference(event) !== null);

function firstTime(packages: readonly PackageMoves[]): readonly Lesson[] {
  const approvals = packages.flatMap((wp) => {
    const approval = wp.events.find(({ to_lane: to, force }) => to === 'approved' && !force);
    return approval === undefined ? [] : [{ approval, clean: rejections(wp).length === 0 }];
  });
  const clean = approvals.filter((one) => one.clean).map(({ approval }) => approval);
  if (clean.length === 0) return [];
  const summary = `${clean.length} of ${counted(approvals.length, 'approved package')} passed the first review.`;
  return [{ category: 'review', summary, events: idsOf(clean) }];
}

function sentBack(wp: PackageMoves): readonly Lesson[] {
  const found = rejections(wp);
  if (found.length === 0) return [];
  const summary = `${wp.id} was sent back ${counted(found.length, 'time')}.`;
  return [{ category: 'review', summary, events: idsOf(found) }];
}

function forced({ id, events }: PackageMoves): readonly Lesson[] {
  // Old logs have force where a package is sent back; that is told as what it is.
  const found = events.filter((event) => event.force && rejectionReference(event) === null);
  if (found.length === 0) return [];
  const where = [...new Set(found.map(({ to_lane: to }) => to))].join(', ');
  const summary = `${id} was moved by force ${counted(found.length, 'time')}: to ${where}.`;
  return [{ category: 'override', summary, events: idsOf(found) }];
}

function blocked({ id, events }: PackageMoves): readonly Lesson[] {
  const spans = events.flatMap((event, index) => {
    if (event.to_lane !== 'blocked') return [];
    const next = events[index + 1];
    return [{ event, micros: next === undefined ? null : micros(event, next) }];
  });
  if (spans.length === 0) return [];
  const known = spans.flatMap((one) => (one.micros === null ? [] : [one.micros]));
  const span = known.length === 0 ? '' : `, ${spanOf(known.reduce((sum, one) => sum + one, 0))} in all`;
  const summary = `${id} was blocked ${counted(spans.length, 'time')}${span}.`;
  return [{ category: 'waiting', summary, events: idsOf(spans.map(({ event }) => event)) }];
}

/** Fewer would have no middle to be compared with. */
const COMPARABLE = 3;

/** Packages that took more than twice as long as the one in the middle. */
function slow(packages: readonly PackageMoves[]): readonly Lesson[] {
  const all = packages.flatMap(({ id, events }) => {
    const [claim, approval] = [
      events.find(({ to_lane: to }) => to === 'claimed' || to === 'in_progress'),
      events.findLast(({ to_lane: to }) => to === 'approved'),
    ];
    const took = claim && approval ? micros(claim, approval) : null;
    return claim === undefined || approval === undefined || took === null
      ? []
      : [{ id, took, claim, approval }];
  });
  if (all.length < COMPARABLE) return [];
  const middle = all.map(({ took }) => took).toSorted((a, b) => a - b)[Math.floor((all.length - 1) / 2)] ?? 0;
  return all
    .filter(({ took }) => middle > 0 && took > 2 * middle)
    .map(({ id, took, claim, approval }) => ({
      category: 'time',
      summary: `${id} took ${spanOf(took)} from its claim to its approval; the one in the middle took ${spanOf(middle)}.`,
      events: idsOf([claim, approval]),
    }));
}

function vouched({ id, events }: PackageMoves): readonly Lesson[] {
  const found = events.filter(({ to_lane: to, reason }) => to === 'done' && isDoneOverride(reason));
  if (found.length === 0) return [];
  return [
    {
      category: 'override',
      summary: `${id} is done on somebody's word that its work has landed.`,
      events: idsOf(found),
    },
  ];
}

/** `null` where a time cannot be read, or goes backwards. */
function micros(from: LaneEvent, to: LaneEvent): number | null {
  const [start, end] = [parseInstant(from.at), parseInstant(to.at)];
  return start === undefined || end === undefined || end < start ? null : end - start;
}
