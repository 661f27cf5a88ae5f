import type { Agent } from '@spec-kitty/core/agents/agents';
import { agentsWithoutFiles } from '@spec-kitty/core/agents/plan-command-files';
import { type DetectedAgent, detectAgents } from '@spec-kitty/local/agents/detect-agents';
import { namedAgents } from '../../agents/named-agents.ts';
import type { AppContext } from '../../context.ts';

/** The agents that a project is prepared for. */
export interface ChosenAgents {
  readonly agents: readonly Agent[];
  /** What `auto` found, or what was preselected for a person. */
  readonly detected: readonly DetectedAgent[];
  /** Found, and left out because they read nothing but shared skills, which nobody asked for. */
  readonly leftOut: readonly Agent[];
  readonly auto: boolean;
  /** Whether skills go where several agents find them. */
  readonly sharedSkills: boolean;
}

interface Choice {
  readonly ai?: string;
  readonly skills: boolean;
  readonly root: string;
  /** Whether a question may be asked. */
  readonly asks: boolean;
}

/** Takes the agents that were named, those found, or a person's answer; nobody to ask means none. */
export async function chosenAgents(
  { env, interactive }: AppContext,
  { ai, skills, root, asks }: Choice,
): Promise<ChosenAgents> {
  const auto = ai?.trim().toLowerCase() === 'auto';
  const named = (words: readonly string[]) => namedAgents(words, { asked: skills, shared: skills });
  const none = { detected: [], leftOut: [], auto, sharedSkills: skills };
  if (ai !== undefined && !auto) return { ...none, agents: named([ai]) };
  const byHand = !auto && asks && interactive && !env['CI'] && process.stdin.isTTY;
  if (!auto && !byHand) return { ...none, agents: named([]) };

  const detected = detectAgents(root, env);
  const found = detected.map(({ agent }) => agent);
  const leftOut = agentsWithoutFiles({ agents: found, sharedSkills: skills });
  const usable = found.filter((agent) => !leftOut.includes(agent));
  const seen = { ...none, detected, leftOut };
  if (auto) return { ...seen, agents: named(keys(usable)) };
  const { askForAgents } = await import('./ask-for-agents.ts');
  const chosen = await askForAgents(usable, skills, { input: process.stdin, output: process.stderr });
  return { ...seen, agents: named(keys(chosen)) };
}

function keys(agents: readonly Agent[]): readonly string[] {
  return agents.map(({ key }) => key);
}
