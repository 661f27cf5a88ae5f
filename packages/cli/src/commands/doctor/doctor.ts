import { counted } from '@spec-kitty/core/counted';
import { formatInstant } from '@spec-kitty/core/instant';
import { shellWord } from '@spec-kitty/core/shell-word';
import type { FileChange } from '@spec-kitty/core/project/file-change';
import type { KeptChange } from '@spec-kitty/core/project/kept-change';
import { KeptChanges } from '@spec-kitty/local/upgrade/kept-changes';
import type { AppContext } from '../../context.ts';
import { version } from '../../version.ts';
import { changeLines } from '../upgrade/change-lines.ts';
import { doctorFailed, findingLines, severityCounts } from './examine-mission.ts';
import { type Examination, examineProject } from './examine-project.ts';
import type { ProjectFinding } from './project-finding.ts';

interface Flags {
  readonly fix: boolean;
  readonly json: boolean;
}

/** Says what is wrong with a project and what mends it; mends what is safe when asked to. */
export async function doctor(this: AppContext, { fix, json }: Flags): Promise<void> {
  const { examination, fixed, kept } = await diagnose(this, fix);
  this.show(json, diagnosisDocument(examination, fixed, kept), () =>
    [...fixedLines(fixed, kept), ...diagnosisLines(examination)].join('\n'),
  );
  if (!severityCounts(examination.findings).healthy) this.exit.code = 1;
}

/** What was found, and was done about it before. */
interface Diagnosis {
  readonly examination: Examination;
  readonly fixed: readonly FileChange[];
  readonly kept: KeptChange | undefined;
}

async function diagnose(context: AppContext, fix: boolean): Promise<Diagnosis> {
  try {
    const examination = await examineProject(context);
    const { workspace } = examination;
    if (!fix || !workspace || examination.fixes.length === 0)
      return { examination, fixed: [], kept: undefined };
    return await workspace.lock.hold('upgrade', 'doctor --fix', async () => {
      // Somebody else may have had the lock meanwhile.
      const { fixes } = await examineProject(context);
      const stamp = {
        id: context.ids.next(),
        at: formatInstant(context.clock.nowMicros()),
        command: 'doctor --fix',
        version,
      };
      const kept = new KeptChanges(workspace.repository, workspace.files).apply(fixes, stamp);
      return { examination: await examineProject(context), fixed: fixes, kept };
    });
  } catch (error) {
    throw doctorFailed(error);
  }
}

/** What programs are told. */
export function diagnosisDocument(
  { findings, checked }: Examination,
  fixed: readonly FileChange[] = [],
  kept?: KeptChange,
) {
  return {
    ...severityCounts(findings),
    findings,
    checked,
    fixed: fixed.map(({ path, kind, why }) => ({ path, change: kind, why })),
    kept_id: kept?.id ?? null,
  };
}

function fixedLines(fixed: readonly FileChange[], kept: KeptChange | undefined): readonly string[] {
  if (fixed.length === 0) return [];
  return [
    `Changed ${counted(fixed.length, 'file')}:`,
    ...changeLines(fixed),
    `Kept as ${kept?.id}; \`spec-kitty upgrade --restore\` takes that back. Nothing was committed.`,
    '',
  ];
}

const MOST = 2;

/** What a person reads: of each kind the first few, since one cause may come to hundreds. */
export function diagnosisLines({ findings, checked }: Examination): readonly string[] {
  const looked = `Looked at ${checked.join(', ')}`;
  if (findings.length === 0) return [`${looked}: nothing is wrong.`];
  const kinds = new Map<string, ProjectFinding[]>();
  for (const finding of findings) {
    const kind = `${finding.severity} ${finding.category}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), finding]);
  }
  return [
    `${looked}: ${counted(findings.length, 'finding')}.`,
    ...[...kinds.values()].flatMap((found) => [
      ...found.slice(0, MOST).map(linesWithMission),
      ...moreLines(found.slice(MOST)),
    ]),
  ];
}

function linesWithMission(finding: ProjectFinding): string {
  const { mission_slug: mission, message } = finding;
  const isNamed = mission === null || message.includes(mission);
  return findingLines(isNamed ? finding : { ...finding, message: `${mission}: ${message}` });
}

function moreLines(more: readonly ProjectFinding[]): readonly string[] {
  const [first] = more;
  if (!first) return [];
  const missions = [...new Set(more.flatMap(({ mission_slug: slug }) => slug ?? []))];
  const where = missions.length === 0 ? '' : ` in ${counted(missions.length, 'mission')}`;
  const all =
    missions.length === 1
      ? `spec-kitty agent status doctor --mission ${shellWord(missions[0] ?? '')}`
      : 'spec-kitty doctor --json';
  return [
    `           and ${more.length} more of this kind${where} [${first.category}]; all of them: \`${all}\``,
  ];
}
