import os from 'node:os';
import { CHARTER, charterPart } from '@spec-kitty/core/project/charter';
import { implementPrompt } from '@spec-kitty/core/prompts/implement-prompt';
import { reviewPrompt } from '@spec-kitty/core/prompts/review-prompt';
import type { Ending } from '@spec-kitty/core/run/ending';
import type { AgentRunner, RunJournal, RunPorts } from '@spec-kitty/core/run/run-ports';
import { targetBranch } from '@spec-kitty/core/mission/target-branch';
import type { Mission } from '@spec-kitty/core/ports/mission-store';
import type { CheckoutOwner } from '@spec-kitty/local/checkout/hold-index';
import { Git } from '@spec-kitty/local/git/git';
import { mergeRecord } from '@spec-kitty/local/pending-merges/unfinished-merge';
import { endProcessesOf } from '@spec-kitty/local/process/end-processes';
import { TidyRunner } from '@spec-kitty/local/run/aftermath/tidy-runner';
import { GitConflictFinder } from '@spec-kitty/local/run/conflicts/git-conflict-finder';
import { absentPaths, fileChanges } from '@spec-kitty/local/run/file-changes';
import { GitForecastSource } from '@spec-kitty/local/run/forecast/git-forecast-source';
import type { Fence } from '@spec-kitty/local/run/fence/fence';
import { type OutsideOptions, OutsideRunner } from '@spec-kitty/local/run/outside/outside-runner';
import { OutsideWatch } from '@spec-kitty/local/run/outside/outside-watch';
import { RefWatch } from '@spec-kitty/local/run/outside/ref-watch';
import { overlookedPaths } from '@spec-kitty/local/run/overlooked-paths';
import { validateLane } from '@spec-kitty/local/run/validate-lane';
import type { Workspace } from '@spec-kitty/local/workspace/open-workspace';
import { promptPackage, requirementsOf, reviewFeedback } from '../agent/action/prompt-package.ts';

/** What watches over all that a fence does not. */
function watching(owner: CheckoutOwner, { fence, mission }: Guard, folder: string): OutsideOptions {
  const { primary, commonDir } = owner.repository;
  const { missionId, meta } = mission;
  return {
    fence,
    folder,
    watch: new OutsideWatch(owner, folder),
    refs: new RefWatch(owner, { missionId, target: targetBranch(meta), folder }),
    git: new Git(primary, owner.env),
    commonDir,
  };
}

/** What is around the agents of a mission. */
interface Guard {
  readonly fence: Fence;
  readonly mission: Mission;
}

/** What the parts of a run work with that are not of the repository. */
interface Parts {
  readonly journal: RunJournal;
  readonly agents: AgentRunner;
  readonly stop: Ending;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder of the run, for what its checks print. */
  readonly folder: string;
  /** Around the agents of a mission; what it does not hold is watched. */
  readonly guard?: Guard;
}

/** What forecasts for one repository rest on. */
export function forecastOf(
  { repository }: Pick<Workspace, 'repository'>,
  env: Parts['env'],
): NonNullable<RunPorts['forecast']> {
  return (base) => new GitForecastSource(new Git(repository.primary, env), base);
}

/** Each is a row of short processes of Git, which mostly wait for a processor or for the disk. */
const AT_ONCE = Math.max(4, 2 * os.availableParallelism());

/** Puts a run together for one repository. */
export function runPorts(
  workspace: Workspace,
  { journal, agents, stop, env, folder, guard }: Parts,
): RunPorts {
  const owner = { repository: workspace.repository, env };
  const git = new Git(workspace.repository.primary, env);
  const tidy = new TidyRunner(agents, folder, owner);
  // The validation of a merge is none of an attempt's.
  if (guard)
    void stop.reached.then(() => endProcessesOf(mergeRecord(workspace.repository, guard.mission.missionId)));
  return {
    work: workspace,
    journal,
    atOnce: AT_ONCE,
    agents: guard ? new OutsideRunner(tidy, watching(owner, guard, folder)) : tidy,
    stop,
    conflicts: new GitConflictFinder(owner),
    forecast: forecastOf(workspace, env),
    async implementPrompt({ view, wp, lane, workspace: place }, agent, reportFile) {
      const charter = charterPart(workspace.files.read(CHARTER), 'implement');
      const config = await workspace.config();
      const subject = { view, wp, lane, agent, workspace: place, config, charter, reportFile };
      const feedback = await reviewFeedback(view, wp, await workspace.lanes());
      return implementPrompt(promptPackage(workspace, subject), feedback);
    },
    async reviewPrompt(review, agent, reportFile) {
      const { view, wp, lane, workspace: place } = review;
      const charter = charterPart(workspace.files.read(CHARTER), 'review');
      const config = await workspace.config();
      const subject = { view, wp, lane, agent, workspace: place, config, charter, reportFile };
      const implementers = view.state.packages.get(wp.id)?.implementers ?? [];
      return reviewPrompt(promptPackage(workspace, subject), {
        ...review,
        implementers,
        requirements: requirementsOf(view, wp),
        feedbackFile: reportFile,
      });
    },
    changes: async (from, to) => fileChanges(git, { from, to }),
    overlooked: async (root) => overlookedPaths(git.at(root)),
    absent: async (commit, paths) => absentPaths(git, { commit, paths }),
    async validate({ wp, root, attempt }) {
      const { validationCommand: command } = await workspace.config();
      if (command === undefined)
        return { name: 'validation', state: 'not_checked', says: 'The project has no validation command.' };
      await workspace.requireTrust('validation.command', command);
      return validateLane({ command, root, env, attempt, log: `${folder}/${wp.id}-validation.log` });
    },
  };
}
