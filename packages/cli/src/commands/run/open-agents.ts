import path from 'node:path';
import type { AgentCatalogue } from '@spec-kitty/core/run/agents/agent-catalogue';
import { invocationOf } from '@spec-kitty/core/run/agents/invocation';
import type { AgentRunner } from '@spec-kitty/core/run/run-ports';
import { Fence } from '@spec-kitty/local/run/fence/fence';
import { loadCatalogue } from '@spec-kitty/local/run/load-catalogue';
import { ProcessRunner } from '@spec-kitty/local/run/process-runner';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';
import { packageFolder } from '../../agents/command-prompts.ts';
import type { AppContext } from '../../context.ts';

/** Agents that can be run, and what runs them. */
export interface Agents {
  readonly catalogue: AgentCatalogue;
  readonly runner: AgentRunner;
  readonly fence: Fence;
}

const script = (): string => path.join(packageFolder(), 'bin', 'script-agent.cjs');

/** The agents of this machine that no project has a say in. */
export function ownCatalogue(env: AppContext['env']): AgentCatalogue {
  return loadCatalogue({ env, script: script(), definitions: {}, trust: { require: () => undefined } });
}

/** Opens the agents of this machine for the runs in a folder. */
export async function openAgents(
  { env }: Pick<AppContext, 'env'>,
  workspace: Workspace,
  folder: string,
): Promise<Agents> {
  const { agentDefinitions: definitions } = await workspace.config();
  const catalogue = loadCatalogue({ env, script: script(), definitions, trust: await workspace.trust() });
  const fence = new Fence(workspace.repository, env);
  const runner = new ProcessRunner({
    folder,
    env,
    fence,
    invocation: ({ agent, workspace: place, prompt }, { prompt: promptFile, report: reportFile }) =>
      invocationOf(catalogue.entry(agent), { prompt, promptFile, workspace: place, reportFile }),
  });
  return { catalogue, runner, fence };
}
