import { counted } from '@spec-kitty/core/counted';
import { formatInstant } from '@spec-kitty/core/instant';
import { shellWord } from '@spec-kitty/core/shell-word';
import type { FileChange } from '@spec-kitty/core/project/file-change';
import type { KeptChange } from '@spec-kitty/core/project/kept-change';
import { KeptChanges } from '@spec-kitty/local/upgrade/kept-changes';
import type { AppContext } from '../../context.ts';
import { version } from '../../version.ts';
import { changeLines } from '../upgrade/change-lines.ts';
import { doctorFailed, findingLines } from './examine-mission.ts';
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
  if (hasErrors(examination)) this.exit.code = 1;
}

/** Warnings are no failure: what is asked for can be done all the same. */
export function hasErrors({ findings }: Examination): boolean {
  return findings.some(({ severity }) => severity === 'error');
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
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return {
    healthy: findings.length === 0,
    findings,
    error_count: errors,
    warning_count: findings.length - errors,
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

/** What a person reads: of each mission the first few, since one broken file may come to hundreds. */
export function diagnosisLines({ findings, checked }: Examination): readonly string[] {
  const looked = `Looked at ${checked.join(', ')}`;
  if (findings.length === 0) return [`${looked}: nothing is wrong.`];
  const groups = new Map<string | null, ProjectFinding[]>();
  for (const finding of findings) {
    const known = groups.get(finding.mission_slug);
    if (known) known.push(finding);
    else groups.set(finding.mission_slug, [finding]);
  }
  return [
    `${looked}: ${counted(findings.length, 'finding')}.`,
    ...[...groups].flatMap(([mission, found]) => {
      if (mission === null) return found.map(findingLines);
      const more = found.length - MOST;
      return [
        `${mission}:`,
        ...found.slice(0, MOST).map(findingLines),
        ...(more > 0
          ? [`  and ${more} more: \`spec-kitty agent status doctor --mission ${shellWord(mission)}\``]
          : []),
      ];
    }),
  ];
}
