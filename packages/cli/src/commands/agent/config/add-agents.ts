import { Fault } from '@spec-kitty/core/fault';
import { namedAgents } from '../../../agents/named-agents.ts';
import type { AppContext } from '../../../context.ts';
import { openAgentProject } from './agent-project.ts';
import { changeLines, fileChanges } from './file-changes.ts';

interface Flags {
  readonly skills: boolean;
  readonly json: boolean;
}

/** Writes the files of agents, then names them in the configuration. */
export async function addAgents(this: AppContext, { skills, json }: Flags, ...keys: string[]): Promise<void> {
  const project = await openAgentProject(this);
  const sharing = skills || project.sharedSkills;
  const added = namedAgents(keys, { asked: skills, shared: sharing });
  const agents = [...new Set([...project.agents, ...added])];
  const concerned = new Set((skills ? agents : added).map(({ key }) => key));
  const survey = project
    .survey(agents, sharing)
    .filter(({ agents: readers }) => readers.some((key) => concerned.has(key)));
  const taken = survey.filter(({ decision, text }) => decision === 'conflict' && text !== undefined);
  if (taken[0]) {
    throw new Fault(
      'refused',
      'AGENT_FILE_CONFLICT',
      `An existing file would be overwritten: ${taken[0].path}`,
      {
        hints: ['Move it away, then run the command again; nothing was written.'],
        details: { file: taken[0].path, files: taken.map(({ path }) => path) },
      },
    );
  }
  project.apply(survey);
  project.set({ available: [...project.config.agents, ...newKeys(project.config.agents, added)] });
  const changes = fileChanges(survey);
  const names = added.map(({ name }) => name).join(', ');
  this.show(json, { result: 'success', agents: agents.map(({ key }) => key), ...changes }, () =>
    [`${names}: commands are in place.`, ...changeLines(changes)].join('\n'),
  );
}

function newKeys(known: readonly string[], added: readonly { readonly key: string }[]): readonly string[] {
  return added.map(({ key }) => key).filter((key) => !known.includes(key));
}
