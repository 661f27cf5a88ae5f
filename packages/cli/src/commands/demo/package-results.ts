import { PACKAGES } from '../../demo-project/packages.ts';
import type { DemoStep } from './scripted-agent.ts';

/** What became of one package; the counts of tests are those of its approving review. */
export interface PackageResult {
  readonly wp_id: string;
  readonly title: string;
  readonly lane_id: string;
  readonly dependencies: readonly string[];
  readonly agents: readonly string[];
  readonly reviewer: string;
  readonly attempts: number;
  readonly commits: readonly string[];
  readonly tests_passed: number;
  readonly review_tests_passed: number;
}

/** A review that sent a package back, and what came of it. */
export interface RejectionResult {
  readonly wp_id: string;
  readonly implementer: string;
  readonly reviewer: string;
  readonly rejected_commit: string;
  readonly own_tests_passed: number;
  readonly finding: string;
  /** Path of the recorded review, relative to the repository. */
  readonly feedback_file: string;
  readonly fixed_by: string | null;
  readonly fixed_in: string | null;
  readonly fix: string | null;
}

/** Sums up the steps of each package, in the order of the packages. */
export function packageResults(history: readonly DemoStep[]): readonly PackageResult[] {
  return PACKAGES.map(({ id, title, dependencies }) => {
    const steps = history.filter(({ wp }) => wp === id);
    const made = steps.filter(({ kind }) => kind === 'implemented');
    const approval = steps.find((step) => step.kind === 'approved');
    return {
      wp_id: id,
      title,
      lane_id: made[0]?.lane ?? '',
      dependencies,
      agents: [...new Set(made.map(({ agent }) => agent))],
      reviewer: approval?.agent ?? '',
      attempts: made.length,
      commits: made.map(({ commit }) => commit),
      tests_passed: approval?.passed ?? 0,
      review_tests_passed: approval?.reviewTests ?? 0,
    };
  });
}

/** Finds the reviews that said no, each with the attempt before and the attempt after. */
export function rejectionResults(history: readonly DemoStep[]): readonly RejectionResult[] {
  return history.flatMap((step, at) => {
    if (step.kind !== 'rejected') return [];
    const isAttempt = ({ kind, wp }: DemoStep) => kind === 'implemented' && wp === step.wp;
    const fix = history.slice(at).find(isAttempt);
    return [
      {
        wp_id: step.wp,
        implementer: history.slice(0, at).findLast(isAttempt)?.agent ?? '',
        reviewer: step.agent,
        rejected_commit: step.commit,
        own_tests_passed: step.passed,
        finding: step.finding,
        feedback_file: step.feedbackFile,
        fixed_by: fix?.agent ?? null,
        fixed_in: fix?.commit ?? null,
        fix: fix?.kind === 'implemented' ? fix.message : null,
      },
    ];
  });
}
