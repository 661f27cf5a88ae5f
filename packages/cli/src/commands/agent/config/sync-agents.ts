import type { FileDecision } from '@spec-kitty/core/agents/decide-file';
import type { AppContext } from '../../../context.ts';
import { openAgentProject } from './agent-project.ts';
import { changeLines, fileChanges } from './file-changes.ts';

interface Flags {
  readonly createMissing: boolean;
  readonly removeOrphaned: boolean;
  readonly json: boolean;
}

/** Renews what was written by an older version and nobody has changed. */
export async function syncAgents(
  this: AppContext,
  { createMissing, removeOrphaned, json }: Flags,
): Promise<void> {
  const project = await openAgentProject(this);
  const left = new Set<FileDecision>([
    ...(createMissing ? [] : (['create'] as const)),
    ...(removeOrphaned ? [] : (['remove'] as const)),
  ]);
  const all = project.survey(project.agents);
  const survey = all.filter(({ decision }) => !left.has(decision));
  project.apply(survey);
  const changes = fileChanges(survey);
  const missing = createMissing ? [] : fileChanges(all).created;
  this.show(json, { result: 'success', ...changes, missing }, () => {
    const lines = changeLines(changes);
    return [
      lines.length === 0 ? 'Nothing had to be changed.' : 'Command files:',
      ...lines,
      ...(missing.length === 0
        ? []
        : [`Missing: ${missing.length}. Write them with \`spec-kitty agent config sync --create-missing\`.`]),
    ].join('\n');
  });
}
