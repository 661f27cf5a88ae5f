import type { FileDecision } from '../agents/decide-file.ts';
import type { LeftFile } from './file-change.ts';
import type { PredecessorPath } from './predecessor-commands.ts';

const NOT_OURS = 'nothing says that spec-kitty wrote it as it is';

/** One command file as the manifest knows it. */
interface Surveyed {
  readonly path: string;
  readonly decision: FileDecision;
  readonly agents: readonly string[];
  readonly text: string | undefined;
}

/** What there is besides: files at the predecessor's places that no manifest knows. */
export interface FoundCommand extends PredecessorPath {
  /** Whether it says of itself that the predecessor has written it. */
  readonly recognised: boolean;
}

/** What an upgrade decides about command files. */
export interface CommandPlan {
  readonly survey: readonly Surveyed[];
  readonly left: readonly LeftFile[];
}

/**
 * Takes over what the predecessor wrote without a manifest: replaced where a command of today is, removed elsewhere.
 *
 * What nothing says about, and what somebody has changed, stays and is named; so do files of agents that the project
 * does not name.
 */
export function planCommands(
  survey: readonly Surveyed[],
  found: readonly FoundCommand[],
  configured: ReadonlySet<string>,
): CommandPlan {
  const known = new Map(survey.map((file) => [file.path, file]));
  const theirs = new Set(found.filter((file) => file.recognised).map(({ path }) => path));
  const taken = survey.map((file): Surveyed =>
    file.decision === 'conflict' && theirs.has(file.path) ? { ...file, decision: 'update' } : file,
  );
  const others = found.filter(({ path }) => !known.has(path));
  const gone = others.filter(({ recognised, agent }) => recognised && configured.has(agent));
  return {
    survey: [
      ...taken,
      ...gone.map(({ path }): Surveyed => ({ path, decision: 'remove', agents: [], text: undefined })),
    ],
    left: [
      ...taken.filter(({ decision }) => decision === 'conflict').map(({ path }) => ({ path, why: NOT_OURS })),
      ...others
        .filter((file) => !gone.includes(file))
        .map(({ path, agent, recognised }) => ({
          path,
          why: recognised ? `${agent} is not in agents.available` : NOT_OURS,
        })),
    ],
  };
}
