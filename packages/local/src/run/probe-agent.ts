import os from 'node:os';
import { type AgentEntry, mayKnow } from '@spec-kitty/core/run/agents/agent-entry';
import {
  isTried,
  judgeProbe,
  type Probed,
  type ProbeVerdict,
  versionIn,
} from '@spec-kitty/core/run/agents/judge-probe';
import { runProcess } from '../process/run-process.ts';
import { agentEnvironment } from './environment/agent-environment.ts';
import { isInstalled } from './is-installed.ts';

/** A program that says less within this time will not do better at work. */
const TIME_LIMIT_MS = 20_000;

/** What a probe looks at. */
export interface ProbeSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs?: number;
}

/** Asks an agent's program which version it is and, where nobody has tried that one, whether it knows its words. */
export async function probeAgent(
  entry: AgentEntry,
  { env, timeoutMs = TIME_LIMIT_MS }: ProbeSurroundings,
): Promise<ProbeVerdict> {
  const given = agentEnvironment(env, (name) => mayKnow(entry, name));
  const [program] = entry.command;
  if (!isInstalled(program, given)) return judgeProbe(entry, { ...NOTHING, isFound: false });
  const { probe } = entry;
  if (probe === undefined) return judgeProbe(entry, NOTHING);
  const ask = async (args: readonly string[] = []): Promise<string> => {
    // Not in the project, whose settings a program might follow already when it is only asked.
    const request = { argv: [program, ...args], cwd: os.tmpdir(), env: given, timeoutMs };
    const { stdout, stderr, timedOut } = await runProcess({ ...request, maxOutputBytes: 1024 * 1024 });
    return timedOut ? '' : `${stdout}\n${stderr}`;
  };
  const version = versionIn(await ask(probe.version));
  const asksMore = version !== undefined && isTried(entry, version) !== true;
  return judgeProbe(entry, {
    isFound: true,
    version,
    help: asksMore ? await ask(probe.help?.args) : undefined,
  });
}

const NOTHING: Probed = { isFound: true, version: undefined, help: undefined };
