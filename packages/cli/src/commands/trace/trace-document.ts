import { counted } from '@spec-kitty/core/counted';
import { targetBranch } from '@spec-kitty/core/mission/target-branch';
import type { MissionView } from '@spec-kitty/core/ports/mission-view';
import type { FoundGap, Gap } from '@spec-kitty/core/trace/trace-gaps';
import type { Trace, TracedPackage, TracedRequirement } from '@spec-kitty/core/trace/trace-mission';
import { renderTable } from '../../render/table.ts';

interface Traced {
  readonly traced: Trace;
  readonly gaps: readonly FoundGap[];
}

/** What `trace --json` prints. */
export function traceDocument(
  { mission }: Pick<MissionView, 'mission'>,
  { traced, gaps, failOn }: Traced & { readonly failOn: Gap | null },
) {
  const uncovered = idsOf(gaps, 'uncovered');
  return {
    mission_slug: mission.directory,
    mission_id: mission.missionId,
    target_branch: targetBranch(mission.meta),
    fail_on: failOn,
    passed: gaps.every(({ severity }) => severity !== 'error'),
    uncovered,
    // What no package delivers has no test either.
    untested: traced.requirements
      .filter(({ id, tests }) => tests.length === 0 || uncovered.includes(id))
      .map(({ id }) => id),
    requirements: traced.requirements.map(({ packages, ...rest }) => ({ ...rest, work_packages: packages })),
    work_packages: traced.packages.map(packageDocument),
  };
}

function packageDocument({ wp, lane, requirements, work, tests, landed }: TracedPackage) {
  return {
    id: wp.id,
    title: wp.title,
    lane,
    requirements,
    source: work.source,
    base_commit: work.from,
    commit: work.tip,
    landed,
    commits: work.commits,
    files: work.files,
    tests,
  };
}

/** The same for people: a line for each requirement and package, and what is missing. */
export function traceText(
  { mission: { directory } }: Pick<MissionView, 'mission'>,
  { traced, gaps }: Traced,
): string {
  const { requirements } = traced;
  if (requirements.length === 0) return `${directory}: spec.md declares no requirement.`;
  const heading = ['REQUIREMENT', 'STATE', 'PACKAGE', 'COMMITS', 'FILES', 'TESTS'];
  const rows = requirements.flatMap((requirement) => rowsOf(requirement, traced.packages));
  const bare =
    gaps.length === 0 ? [] : ['', ...gaps.map(({ severity, message }) => `${severity}: ${message}`)];
  return [renderTable(heading, rows), ...bare, '', tally(directory, { traced, gaps })].join('\n');
}

function rowsOf(
  { id, state, packages, tests }: TracedRequirement,
  all: readonly TracedPackage[],
): readonly (readonly string[])[] {
  const own = all.filter(({ wp }) => packages.includes(wp.id));
  const named = tests.filter(({ path }) => own.every((one) => !one.tests.includes(path)));
  const elsewhere = named.map(({ path }) => path);
  if (own.length === 0) return [[id, state, '-', '-', '-', short(elsewhere)]];
  return own.map(({ wp, lane, work, tests: changed }, at) => [
    at === 0 ? id : '',
    at === 0 ? state : '',
    `${wp.id} ${lane ?? 'planned'}`,
    short(work.commits.map((commit) => commit.id.slice(0, 8))),
    short(work.files.map(({ path, gone }) => (gone ? `${path} (deleted)` : path))),
    short(at === 0 ? [...changed, ...elsewhere] : changed),
  ]);
}

/** The first of several; all of them are in the document. */
function short(texts: readonly string[]): string {
  const [first = '-', ...more] = texts;
  return more.length === 0 ? first : `${first} +${more.length}`;
}

function tally(directory: string, { traced: { requirements }, gaps }: Traced): string {
  const uncovered = gaps.filter(({ gap }) => gap === 'uncovered').length;
  const untested = gaps.length - uncovered;
  return `${directory}: ${counted(requirements.length, 'requirement')}, ${uncovered} uncovered, ${untested} untested.`;
}

function idsOf(gaps: readonly FoundGap[], wanted: Gap): readonly string[] {
  return gaps.filter(({ gap }) => gap === wanted).map(({ requirement }) => requirement.id);
}
