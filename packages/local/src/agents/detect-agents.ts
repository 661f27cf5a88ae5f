import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Agent, AGENTS } from '@spec-kitty/core/agents/agents';
import { programOnPath } from '../process/program-on-path.ts';

/** An agent that seems to be used, and what says so. */
export interface DetectedAgent {
  readonly agent: Agent;
  readonly because: string;
}

/** Looks for what agents leave in a project, and for their programs; nothing is started. */
export function detectAgents(
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): readonly DetectedAgent[] {
  return AGENTS.flatMap((agent) => {
    const trace = agent.traces.find((name) => existsSync(path.join(root, name)));
    if (trace !== undefined) return [{ agent, because: trace }];
    const program = agent.programs.find((name) => programOnPath(name, env) !== undefined);
    return program === undefined ? [] : [{ agent, because: `${program} on PATH` }];
  });
}
