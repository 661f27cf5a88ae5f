import { command, group } from '../../command/build.ts';
import {
  laneFlag,
  missionFlag,
  optionalText,
  proposing,
  requiredText,
  switchFlag,
} from '../../command/flags.ts';
import type { acceptMission } from './accept-mission.ts';
import type { appendHistory } from './append-history.ts';
import type { contractVersion } from './contract-version.ts';
import type { listReady } from './list-ready.ts';
import type { mergeMission } from './merge-mission.ts';
import type { missionState } from './mission-state.ts';
import type { resolveWorkspace } from './resolve-workspace.ts';
import type { startImplementation } from './start-implementation.ts';
import type { startReview } from './start-review.ts';
import type { transition } from './transition.ts';

const mission = { ...missionFlag, optional: false } as const;
const wp = { ...requiredText('Work package, such as WP03', 'WPnn'), ...proposing('packages') };
const actor = {
  ...requiredText('Who acts: the implementer and the reviewer are not the same', 'NAME'),
  ...proposing('agents'),
};
const policy = optionalText('What the orchestrator and its agents may do, as a JSON object', 'JSON');
const vouch = (brief: string) => ({ kind: 'boolean', brief, optional: true }) as const;

/** `spec-kitty orchestrator-api …`: the contract for programs that drive missions, one envelope for every outcome. */
export const orchestratorApiRoutes = group(
  'Drive missions from a program: one JSON envelope for every outcome',
  {
    contractVersion: command<Parameters<typeof contractVersion>[0], []>({
      brief: 'Tell the version of the contract',
      examples: ['spec-kitty orchestrator-api contract-version --provider-version 0.1.3'],
      parameters: {
        flags: { providerVersion: optionalText('Version of the orchestrator, to be checked', 'V') },
      },
      load: async () => (await import('./contract-version.ts')).contractVersion,
    }),
    missionState: command<Parameters<typeof missionState>[0], []>({
      brief: 'Tell the lane of every package, who moved it last, and what was noted',
      examples: ['spec-kitty orchestrator-api mission-state --mission invoice-export'],
      parameters: { flags: { mission } },
      load: async () => (await import('./mission-state.ts')).missionState,
    }),
    listReady: command<Parameters<typeof listReady>[0], []>({
      brief: 'List the planned packages whose dependencies are approved or done',
      details: 'Two of them may share a worktree; start-implementation then refuses the second.',
      examples: ['spec-kitty orchestrator-api list-ready --mission invoice-export'],
      parameters: { flags: { mission } },
      load: async () => (await import('./list-ready.ts')).listReady,
    }),
    resolveWorkspace: command<Parameters<typeof resolveWorkspace>[0], []>({
      brief: 'Tell where a package is worked on, without preparing anything',
      examples: ['spec-kitty orchestrator-api resolve-workspace --mission invoice-export --wp WP03'],
      parameters: { flags: { mission, wp } },
      load: async () => (await import('./resolve-workspace.ts')).resolveWorkspace,
    }),
    startImplementation: command<Parameters<typeof startImplementation>[0], []>({
      brief: 'Prepare the worktree of a package and claim it',
      examples: [
        'spec-kitty orchestrator-api start-implementation --mission invoice-export --wp WP03 --actor claude --policy "$POLICY"',
      ],
      parameters: { flags: { mission, wp, actor, policy } },
      load: async () => (await import('./start-implementation.ts')).startImplementation,
    }),
    startReview: command<Parameters<typeof startReview>[0], []>({
      brief: 'Take a package for review, and tell what there is to judge',
      examples: [
        'spec-kitty orchestrator-api start-review --mission invoice-export --wp WP03 --actor codex --policy "$POLICY"',
      ],
      parameters: {
        flags: { mission, wp, actor, policy, reviewRef: optionalText('What the event refers to', 'REF') },
      },
      load: async () => (await import('./start-review.ts')).startReview,
    }),
    transition: command<Parameters<typeof transition>[0], []>({
      brief: 'Record one transition of a package',
      details:
        'For review the lane must have commits and no uncommitted files, whatever the caller says. A policy is needed ' +
        'for claimed, in_progress, for_review, in_review and approved.',
      examples: [
        'spec-kitty orchestrator-api transition --mission invoice-export --wp WP03 --to for_review --actor claude --policy "$POLICY"',
      ],
      parameters: {
        flags: {
          mission,
          wp,
          actor,
          policy,
          to: laneFlag,
          note: optionalText('Why; the reason of a forced transition', 'TEXT'),
          force: switchFlag('Override a rule; needs --note'),
          reviewRef: optionalText('Review that the transition refers to', 'REF'),
          reviewResultJson: optionalText('Result of a review: reviewer, verdict and reference', 'JSON'),
          evidenceJson: optionalText('Evidence, as a JSON object with "review"', 'JSON'),
          subtasksComplete: vouch('Vouch that every subtask is done'),
          implementationEvidencePresent: vouch(
            'Say that the work is there; the lane is looked at in any case',
          ),
        },
      },
      load: async () => (await import('./transition.ts')).transition,
    }),
    appendHistory: command<Parameters<typeof appendHistory>[0], []>({
      brief: 'Add a note to the history of a package',
      examples: [
        'spec-kitty orchestrator-api append-history --mission invoice-export --wp WP03 --actor claude --note "retried once"',
      ],
      parameters: { flags: { mission, wp, actor, note: requiredText('What happened', 'TEXT') } },
      load: async () => (await import('./append-history.ts')).appendHistory,
    }),
    acceptMission: command<Parameters<typeof acceptMission>[0], []>({
      brief: 'Accept a mission whose packages are all approved',
      examples: ['spec-kitty orchestrator-api accept-mission --mission invoice-export --actor ada'],
      parameters: { flags: { mission, actor } },
      load: async () => (await import('./accept-mission.ts')).acceptMission,
    }),
    mergeMission: command<Parameters<typeof mergeMission>[0], []>({
      brief: 'Bring the reviewed commits of a mission to its target branch',
      examples: ['spec-kitty orchestrator-api merge-mission --mission invoice-export --strategy squash'],
      parameters: {
        flags: {
          mission,
          target: optionalText("The mission's target branch, to be checked", 'BRANCH'),
          strategy: optionalText("merge, squash or rebase; the project's unless given", 'NAME'),
          push: switchFlag('Refused: nothing is ever pushed'),
        },
      },
      load: async () => (await import('./merge-mission.ts')).mergeMission,
    }),
  },
);
