import { AGENTS } from '@spec-kitty/core/agents/agents';
import { programOnPath } from '@spec-kitty/local/process/program-on-path';
import type { AppContext } from '../../context.ts';
import { diagnosisDocument, diagnosisLines } from './doctor.ts';
import { doctorFailed, severityCounts } from './examine-mission.ts';
import { examineProject } from './examine-project.ts';

/** The checks of `doctor` under the predecessor's name, with the keys that its readers look for. */
export async function verifySetup(this: AppContext, { json }: { readonly json: boolean }): Promise<void> {
  const examination = await examineProject(this).catch((error: unknown) => {
    throw doctorFailed(error);
  });
  const { findings, workspace } = examination;
  const missing = findings
    .filter(({ category }) => category.startsWith('missing_') && category !== 'missing_block')
    .flatMap(({ fixes }) => fixes);
  const available = (programs: readonly string[]) => ({
    available: programs.some((name) => programOnPath(name, this.env) !== undefined),
  });
  const document = {
    ...diagnosisDocument(examination),
    environment: {
      working_directory: this.cwd,
      repo_root: workspace?.repository.worktree ?? null,
      project_root: workspace?.repository.primary ?? null,
      in_worktree: workspace !== undefined && workspace.repository.worktree !== workspace.repository.primary,
      current_branch: (await workspace?.branch()) ?? null,
    },
    file_integrity: { total_missing: missing.length, missing_files: missing },
    tools: Object.fromEntries([
      ['git', available(['git'])],
      ...AGENTS.filter(({ programs }) => programs.length > 0).map(({ key, programs }) => [
        key,
        available(programs),
      ]),
    ]) as Readonly<Record<string, { readonly available: boolean }>>,
    recommendations: findings.map(({ recommended_action: action }) => action),
  };
  this.show(json, document, () => diagnosisLines(examination).join('\n'));
  if (!severityCounts(findings).healthy) this.exit.code = 1;
}
