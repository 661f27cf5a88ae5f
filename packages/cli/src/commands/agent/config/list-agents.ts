import { AGENTS } from '@spec-kitty/core/agents/agents';
import { callOf } from '@spec-kitty/core/agents/plan-command-files';
import type { AppContext } from '../../../context.ts';
import { openAgentProject } from './agent-project.ts';

/** Lists the agents that the configuration names, and the others. */
export async function listAgents(this: AppContext, { json }: { readonly json: boolean }): Promise<void> {
  const { agents, unknown, sharedSkills } = await openAgentProject(this);
  const others = AGENTS.filter((agent) => !agents.includes(agent));
  const document = {
    configured: agents.map(({ key, name }) => ({ key, name })),
    unknown,
    available: others.map(({ key, name }) => ({ key, name })),
  };
  this.show(json, document, () =>
    [
      agents.length === 0 ? 'No agent has commands here.' : 'Agents of this project:',
      ...agents.map(
        (agent) =>
          `  ${agent.key.padEnd(12)} ${agent.name}, called as ${callOf(agent, 'plan', sharedSkills)}`,
      ),
      ...unknown.map((key) => `  ${key.padEnd(12)} is no agent that Spec Kitty knows`),
      `Others: ${others.map(({ key }) => key).join(', ')}. Add one with \`spec-kitty agent config add <agent>\`.`,
    ].join('\n'),
  );
}
