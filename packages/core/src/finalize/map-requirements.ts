import { Fault } from '../fault.ts';
import { packageTexts } from '../mission/package-texts.ts';
import type { WorkPackage } from '../planning/work-packages.ts';
import { editFrontmatter } from '../planning/frontmatter/edit-frontmatter.ts';
import { parseWorkPackageFile } from '../planning/frontmatter/work-package-file.ts';
import { parseWpsYaml } from '../planning/parse-wps-yaml.ts';
import {
  requirementCoverage,
  type RequirementCoverage,
  requirementRefs,
  specRequirements,
} from '../planning/requirements.ts';
import type { MissionView } from '../ports/mission-view.ts';
import type { Mission } from '../ports/mission-store.ts';
import { findPackage, requireReadable } from '../mission/find-package.ts';
import { requireCheckedOut } from '../mission/require-branch.ts';
import type { WorkPorts } from '../ports/work-ports.ts';

/** Which packages are to refer to which requirements. */
export interface MappingRequest {
  readonly mission: string | undefined;
  /** Package as a person names it, and the requirement ids as typed. */
  readonly refs: readonly (readonly [wp: string, ids: readonly string[]])[];
  /** Drops the references that a package has, instead of adding to them. */
  readonly replace: boolean;
  /** Tracker references that every named package gets in addition. */
  readonly trackerRefs: readonly string[];
}

/** What the mapping looks like now. */
export interface Mapping {
  readonly directory: string;
  /** The references asked for, without repeats and `SC-` ids, per package named. */
  readonly mapped: Readonly<Record<string, readonly string[]>>;
  /** The references of every package. */
  readonly total: Readonly<Record<string, readonly string[]>>;
  readonly coverage: RequirementCoverage;
  /** Files written, relative to the repository. */
  readonly changed: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Writes requirement references into packages' frontmatter (L§4.9), and nothing else.
 *
 * A refusal comes before the first file is written. Each file is replaced as a whole, one after the other: a kill between
 * two leaves the first ones written, and the same command run again writes the rest.
 *
 * @throws Fault `INVALID_REQUIREMENT_REFS` naming what spec.md does not declare.
 */
export async function mapRequirements(
  ports: Pick<WorkPorts, 'view' | 'lock' | 'files' | 'branch'>,
  request: MappingRequest,
): Promise<Mapping> {
  const view = await ports.view(request.mission);
  const { mission } = view;
  requireCheckedOut(mission, await ports.branch());
  const asked = askedRefs(view, request);
  const spec = specRequirements(mission.files.read('spec.md') ?? '');
  requireDeclared(asked, spec.declared);
  return ports.lock.hold(`mission-${mission.missionId}`, 'map-requirements', async () => {
    const edits = asked.map((one) => editFile(mission, one, request));
    const changed = edits.filter(({ before, after }) => before !== after);
    for (const { path, after } of changed) ports.files.write(path, after);
    const total = totalRefs(mission);
    return {
      directory: mission.directory,
      mapped: Object.fromEntries(asked.map(({ wp, refs }) => [wp.id, refs])),
      total: Object.fromEntries(total),
      coverage: requirementCoverage(spec, total),
      changed: changed.map(({ path }) => path),
      warnings: asked.flatMap((one) => warningsFor(one, request.replace ? (total.get(one.wp.id) ?? []) : [])),
    };
  });
}

/** A success criterion; people name them among the requirements. */
function isCriterion(id: string): boolean {
  return /^SC-\d+$/.test(id);
}

interface AskedRefs {
  readonly wp: WorkPackage;
  readonly refs: readonly string[];
  readonly dropped: readonly string[];
}

function askedRefs(view: MissionView, { refs }: MappingRequest): readonly AskedRefs[] {
  const named = refs.map(([name, ids]) => ({ wp: findPackage(view, name), ids }));
  return [...new Set(named.map(({ wp }) => wp))].map((wp) => {
    requireReadable(view, wp);
    const texts = named.filter((one) => one.wp === wp).flatMap(({ ids }) => ids);
    const all = texts.flatMap((text) => text.split(/[\s,]+/)).map((id) => id.toUpperCase());
    const unique = [...new Set(all)].filter((id) => id !== '').toSorted();
    return { wp, refs: unique.filter((id) => !isCriterion(id)), dropped: unique.filter(isCriterion) };
  });
}

function requireDeclared(asked: readonly AskedRefs[], declared: readonly string[]): void {
  const unknown = asked
    .map(({ wp, refs }) => [wp.id, refs.filter((id) => !declared.includes(id))] as const)
    .filter(([, ids]) => ids.length > 0);
  if (unknown.length === 0) return;
  const named = unknown.map(([id, ids]) => `${id}: ${ids.join(', ')}`).join('; ');
  const hint =
    declared.length > 0 ? `It declares: ${declared.join(', ')}.` : 'It declares no requirement yet.';
  throw new Fault(
    'refused',
    'INVALID_REQUIREMENT_REFS',
    `spec.md does not declare these requirements: ${named}.`,
    {
      hints: [hint],
      details: { unknown_refs: Object.fromEntries(unknown), hint },
    },
  );
}

function editFile(mission: Mission, { wp, refs }: AskedRefs, { replace, trackerRefs }: MappingRequest) {
  const name = `tasks/${wp.fileName}`;
  const before = mission.files.read(name) ?? '';
  const read = parseWorkPackageFile(wp.fileName, before);
  const known = read.ok && !replace ? read.file.frontmatter.requirementRefs : [];
  const trackers = read.ok ? read.file.frontmatter.trackerRefs : [];
  const edited = editFrontmatter(before, {
    requirement_refs: [...new Set([...known, ...refs])].toSorted(),
    ...(trackerRefs.length === 0 ? {} : { tracker_refs: [...new Set([...trackers, ...trackerRefs])] }),
  });
  const path = `kitty-specs/${mission.directory}/${name}`;
  if (edited.ok) return { path, before, after: edited.text };
  throw new Fault('refused', 'WP_FILE_INVALID', `${edited.message} ${path}`, {
    hints: ['Write requirement_refs as a plain list, then run the command again.'],
    details: { wp_id: wp.id, file: path },
  });
}

function warningsFor({ wp, refs, dropped }: AskedRefs, left: readonly string[]): readonly string[] {
  const kept = left.filter((id) => !refs.includes(id));
  return [
    ...dropped.map((id) => `${id} is not a requirement id and was left out of ${wp.id}.`),
    ...(kept.length > 0 ? [`${wp.id} keeps ${kept.join(', ')}, which wps.yaml lists for it.`] : []),
  ];
}

/** References as finalizing sees them: what wps.yaml and the frontmatter list together. */
function totalRefs({ files }: Mission): ReadonlyMap<string, readonly string[]> {
  const texts = packageTexts(files);
  const entries = parseWpsYaml(texts.wpsYaml ?? 'work_packages: []').packages;
  const total = new Map<string, readonly string[]>();
  for (const read of texts.files.values()) {
    if (!read.ok) continue;
    const { id, frontmatter } = read.file;
    const listed = entries.find((entry) => entry.id === id)?.requirementRefs ?? [];
    total.set(id, requirementRefs([...listed, ...frontmatter.requirementRefs]).refs.toSorted());
  }
  return total;
}
