import { AGENTS, type Agent } from './agents.ts';

/** Agents named by their keys, each once and in the given order, and the words that name none. */
export interface AgentKeys {
  readonly agents: readonly Agent[];
  readonly unknown: readonly string[];
}

/** Reads keys as people give them: between commas or semicolons, in any case, perhaps twice. */
export function parseAgentKeys(text: string): AgentKeys {
  const words = text
    .split(/[,;]/)
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== '');
  const known = new Map(AGENTS.map((agent) => [agent.key, agent]));
  const keys = [...new Set(words)];
  return {
    agents: keys.flatMap((key) => known.get(key) ?? []),
    unknown: keys.filter((key) => !known.has(key)),
  };
}
