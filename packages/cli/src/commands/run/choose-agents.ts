import { Fault } from '@spec-kitty/core/fault';
import type { AgentCatalogue } from '@spec-kitty/core/run/agents/agent-catalogue';
import type { ProbeVerdict } from '@spec-kitty/core/run/agents/judge-probe';
import type { RunRequest } from '@spec-kitty/core/run/engine';
import type { RunOptions } from '@spec-kitty/core/run/run-record';
import { shellWord } from '@spec-kitty/core/shell-word';
import { isInstalled } from '@spec-kitty/local/run/is-installed';
import { probeAgent } from '@spec-kitty/local/run/probe-agent';
import type { AppContext } from '../../context.ts';

/** What was asked of the agents: by a command line, or by the run that goes on. */
export type Wanted = Pick<RunOptions, 'implementers' | 'reviewer'>;

/** Who works in a run. */
export type Chosen = Wanted &
  Pick<RunRequest, 'reviewers' | 'perAgent'> & {
    /** Sentences about agents that may not do as they should. */
    readonly warnings: readonly string[];
  };

/** What agents are chosen by. */
export interface Choice {
  readonly wanted: Wanted;
  readonly available: readonly string[];
  /** What starts it again with an agent named. */
  readonly again: { readonly mission: string; readonly isResume: boolean };
}

/**
 * Decides who implements and who may review. What is named has to be there and to understand how it is run; what is not
 * comes from the project's agents, as far as they do.
 *
 * @throws Fault `UNKNOWN_AGENT`, `NOT_TRUSTED`, `AGENT_UNUSABLE`, or `NO_AGENT` where the project names none that is.
 */
export async function chooseAgents(
  { env }: Pick<AppContext, 'env'>,
  catalogue: AgentCatalogue,
  { wanted, available, again }: Choice,
): Promise<Chosen> {
  const warnings: string[] = [];
  const probe = async (key: string) => {
    const entry = catalogue.entry(key);
    const verdict = await probeAgent(entry, { env });
    if (verdict.state === 'untried') warnings.push(verdict.says);
    return { key: entry.key, verdict };
  };
  const required = async (key: string): Promise<string> => {
    requireUsable(await probe(key));
    return key;
  };
  const usable = async (): Promise<readonly string[]> => {
    const known = available.filter((key) => catalogue.keys.includes(key));
    const probed = await Promise.all(known.map(probe));
    return probed.flatMap(({ key, verdict }) => (isUsable(verdict) ? [key] : []));
  };
  const isOpen = wanted.implementers.length === 0 || wanted.reviewer === null;
  const usual = isOpen ? await usable() : [];
  const implementers =
    wanted.implementers.length > 0 ? await Promise.all(wanted.implementers.map(required)) : usual;
  if (implementers.length === 0) throw noAgent(env, catalogue, again);
  const reviewer = wanted.reviewer === null ? null : await required(wanted.reviewer);
  const keys = reviewer === null ? [...new Set([...implementers, ...usual])] : [reviewer];
  const limits = [...implementers, ...keys].map((key) => [key, catalogue.entry(key).limit] as const);
  return {
    implementers,
    reviewer,
    reviewers: { keys, named: reviewer !== null },
    perAgent: Object.fromEntries(limits.filter(([, limit]) => limit !== undefined)),
    warnings: reviewer === null && keys.length < 2 ? [...warnings, NO_REVIEWER] : warnings,
  };
}

function isUsable({ state }: ProbeVerdict): boolean {
  return state === 'fits' || state === 'untried';
}

function requireUsable({ key, verdict }: { readonly key: string; readonly verdict: ProbeVerdict }): void {
  if (isUsable(verdict)) return;
  throw new Fault('refused', 'AGENT_UNUSABLE', verdict.says, {
    hints: verdict.hints,
    details: { agent: key, state: verdict.state },
  });
}

/** Looks for an agent of the user's before anything is made for it. @throws Fault `UNKNOWN_AGENT` or `AGENT_UNUSABLE`. */
export async function requireAgent(
  env: AppContext['env'],
  catalogue: AgentCatalogue,
  key: string,
): Promise<void> {
  requireUsable({ key, verdict: await probeAgent(catalogue.entry(key), { env }) });
}

const NO_REVIEWER =
  'No agent is there that reviews what another one has implemented, so each package will wait for a person; --reviewer names one, and may name the same.';

function noAgent(
  env: AppContext['env'],
  catalogue: AgentCatalogue,
  { mission, isResume }: Choice['again'],
): Fault {
  // The one that does what a file says is for tests.
  const installed = catalogue.allowed
    .filter(({ key, command: [program] }) => key !== 'script' && isInstalled(program, env))
    .map(({ key }) => key);
  const key = installed[0] ?? 'claude';
  const command = isResume
    ? `\`spec-kitty run resume --implementer ${shellWord(key)} --mission ${shellWord(mission)}\``
    : `\`spec-kitty run --implementer ${shellWord(key)} --mission ${shellWord(mission)}\``;
  const hint =
    installed.length === 0
      ? `Install a coding agent, such as Claude Code, then name it by its key: ${command}.`
      : `Installed are ${installed.join(', ')}: ${command}.`;
  return new Fault(
    'refused',
    'NO_AGENT',
    'No agent is named, and none of agents.available can be run here.',
    {
      hints: [hint],
      details: { installed },
    },
  );
}
