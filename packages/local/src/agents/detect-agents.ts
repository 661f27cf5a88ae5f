import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Agent, AGENTS } from '@spec-kitty/core/agents/agents';

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
  const folders = (env['PATH'] ?? env['Path'] ?? '')
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder));
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : [''];
  const isProgram = (name: string) =>
    folders.some((folder) => suffixes.some((suffix) => isFile(path.join(folder, name + suffix))));
  return AGENTS.flatMap((agent) => {
    const trace = agent.traces.find((name) => existsSync(path.join(root, name)));
    if (trace !== undefined) return [{ agent, because: trace }];
    const program = agent.programs.find(isProgram);
    return program === undefined ? [] : [{ agent, because: `${program} on PATH` }];
  });
}

function isFile(file: string): boolean {
  try {
    return statSync(file).isFile();
  } catch {
    return false; // A folder on PATH that is not there, or that nobody may read.
  }
}
