import { AGENTS } from '@spec-kitty/core/agents/agents';
import type { FileDecision } from '@spec-kitty/core/agents/decide-file';
import type { SurveyedFile } from '@spec-kitty/local/agents/command-files';
import type { AppContext } from '../../../context.ts';
import { renderTable } from '../../../render/table.ts';
import { openAgentProject } from './agent-project.ts';

/** What a decision that is not carried out says about the file. */
const STATES: Readonly<Record<FileDecision, string>> = {
  keep: 'current',
  create: 'missing',
  update: 'outdated',
  conflict: 'changed',
  remove: 'orphaned',
  forget: 'gone',
};

/** Shows for every agent with files or in the configuration how its files compare with this version's. */
export async function agentStatus(this: AppContext, { json }: { readonly json: boolean }): Promise<void> {
  const project = await openAgentProject(this);
  const survey = project.survey(project.agents);
  const rows = AGENTS.map(({ key }) => ({
    key,
    configured: project.agents.some((agent) => agent.key === key),
    files: survey.filter(({ agents }) => agents.includes(key)),
  })).filter(({ configured, files }) => configured || files.length > 0);
  const document = {
    agents: rows.map(({ key, configured, files }) => ({ key, configured, files: statesOf(files) })),
    unknown: project.unknown,
  };
  const stale = survey.some(({ decision }) => decision !== 'keep' && decision !== 'conflict');
  this.show(json, document, () =>
    [
      rows.length === 0
        ? 'No agent has commands here. Add one with `spec-kitty agent config add <agent>`.'
        : renderTable(
            ['AGENT', 'CONFIGURED', 'FILES'],
            rows.map(({ key, configured, files }) => [key, configured ? 'yes' : 'no', counts(files)]),
          ),
      ...survey
        .filter(({ decision }) => decision === 'conflict')
        .map(({ path }) => `Changed by somebody: ${path}`),
      ...(stale ? ['Run `spec-kitty agent config sync --create-missing` to bring them up to date.'] : []),
    ].join('\n'),
  );
}

function statesOf(files: readonly SurveyedFile[]) {
  return files.map(({ path, decision }) => ({ path, state: STATES[decision] }));
}

function counts(files: readonly SurveyedFile[]): string {
  const states = statesOf(files).map(({ state }) => state);
  const each = [...new Set(states)].map(
    (state) => `${states.filter((one) => one === state).length} ${state}`,
  );
  return each.length === 0 ? 'none' : each.join(', ');
}
