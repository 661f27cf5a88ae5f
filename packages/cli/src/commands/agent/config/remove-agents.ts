import { knownAgents } from '../../../agents/named-agents.ts';
import type { AppContext } from '../../../context.ts';
import { openAgentProject } from './agent-project.ts';
import { changeLines, fileChanges } from './file-changes.ts';

interface Flags {
  readonly keepConfig: boolean;
  readonly json: boolean;
}

/** Removes the files that only these agents read, then takes them out of the configuration. */
export async function removeAgents(
  this: AppContext,
  { keepConfig, json }: Flags,
  ...words: string[]
): Promise<void> {
  const project = await openAgentProject(this);
  const gone = new Set(knownAgents(words).map(({ key }) => key));
  const staying = project.agents.filter(({ key }) => !gone.has(key));
  const survey = project
    .survey(staying)
    .filter(({ agents, decision }) => decision === 'keep' || agents.some((key) => gone.has(key)));
  project.apply(survey);
  if (!keepConfig) project.set({ available: project.config.agents.filter((key) => !gone.has(key)) });
  const changes = fileChanges(survey);
  const agents = keepConfig ? project.config.agents : staying.map(({ key }) => key);
  this.show(json, { result: 'success', agents, ...changes }, () =>
    [`${[...gone].join(', ')}: commands are gone.`, ...changeLines(changes)].join('\n'),
  );
}
