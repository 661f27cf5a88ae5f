import { type Agent, AGENTS } from '@spec-kitty/core/agents/agents';
import { parseAgentKeys } from '@spec-kitty/core/agents/parse-agent-keys';
import { agentsWithoutFiles } from '@spec-kitty/core/agents/plan-command-files';
import { Fault } from '@spec-kitty/core/fault';
import { listed } from '@spec-kitty/core/listed';

/** Agents by their keys, which may be joined by commas. @throws Fault `UNKNOWN_AGENT`. */
export function knownAgents(words: readonly string[]): readonly Agent[] {
  const { agents, unknown } = parseAgentKeys(words.join(','));
  const [stranger] = unknown;
  if (stranger === undefined && (agents.length > 0 || words.length === 0)) return agents;
  const agent = stranger ?? words.join(',');
  throw new Fault('usage', 'UNKNOWN_AGENT', `"${agent}" is no agent that Spec Kitty knows.`, {
    hints: [`It knows ${AGENTS.map(({ key }) => key).join(', ')}.`],
    details: { agent, known: AGENTS.map(({ key }) => key) },
  });
}

/**
 * The same for agents that are to get files.
 *
 * @throws Fault `UNKNOWN_AGENT` or, where skills have no place to be or nobody to read them, `SKILLS_REQUIRED` and `USAGE_ERROR`.
 */
export function namedAgents(
  words: readonly string[],
  skills: { readonly asked: boolean; readonly shared: boolean },
): readonly Agent[] {
  const agents = knownAgents(words);
  const [homeless] = agentsWithoutFiles({ agents, sharedSkills: skills.shared });
  if (homeless) {
    throw new Fault(
      'refused',
      'SKILLS_REQUIRED',
      `${homeless.name} reads no commands but skills in .agents/skills/.`,
      {
        hints: ['Add --skills to have that folder made, or leave this agent out.'],
        details: { agent: homeless.key },
      },
    );
  }
  if (skills.asked && !agents.some(({ format }) => format === 'skill')) {
    const readers = AGENTS.filter(({ format }) => format === 'skill').map(({ key }) => key);
    throw new Fault('usage', 'USAGE_ERROR', '--skills needs an agent that has skills instead of commands.', {
      hints: [`These have: ${listed(readers)}.`],
    });
  }
  return agents;
}
