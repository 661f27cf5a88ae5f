import type { Readable, Writable } from 'node:stream';
import { isCancel, multiselect } from '@clack/prompts';
import { type Agent, AGENTS } from '@spec-kitty/core/agents/agents';
import { agentsWithoutFiles } from '@spec-kitty/core/agents/plan-command-files';
import { Fault } from '@spec-kitty/core/fault';

/** Lets a person at a terminal choose agents, beginning with those that were found. @throws Fault `INTERRUPTED`. */
export async function askForAgents(
  found: readonly Agent[],
  sharedSkills: boolean,
  streams: { readonly input: Readable; readonly output: Writable },
): Promise<readonly Agent[]> {
  const without = agentsWithoutFiles({ agents: AGENTS, sharedSkills });
  const choices = AGENTS.filter((agent) => !without.includes(agent));
  const answer = await multiselect({
    message: 'Which agents work here? Space chooses, Enter goes on; none is fine.',
    options: choices.map(({ key, name }) => ({ value: key, label: name })),
    initialValues: found.map(({ key }) => key),
    required: false,
    ...streams,
  });
  if (isCancel(answer))
    throw new Fault('interrupted', 'INTERRUPTED', 'Nothing was chosen, and nothing written.');
  return choices.filter(({ key }) => answer.includes(key));
}
