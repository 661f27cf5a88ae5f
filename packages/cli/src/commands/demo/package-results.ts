import { PACKAGES } from '../../demo-project/packages.ts';
import type { DemoStep } from './read-history.ts';

/** What became of one package. */
export interface PackageResult {
  readonly wp_id: string;
  readonly title: string;
  readonly lane_id: string;
  readonly dependencies: readonly string[];
  readonly implementer: string;
  readonly reviewer: string;
  readonly commits: readonly string[];
  /** What the review that approved it says. */
  readonly summary: string;
}

/** A review that sent a package back, and what came of it. */
export interface RejectionResult {
  readonly wp_id: string;
  readonly implementer: string;
  readonly reviewer: string;
  readonly rejected_commit: string;
  readonly finding: string;
  /** Path of the recorded review, relative to the repository. */
  readonly feedback_file: string;
  readonly fixed_in: string | null;
}

/** Sums up the steps of each package, in the order of the packages. */
export function packageResults(
  history: readonly DemoStep[],
  laneOf: (wp: string) => string,
): readonly PackageResult[] {
  return PACKAGES.map(({ id, title, dependencies }) => {
    const steps = history.filter(({ wp }) => wp === id);
    const made = steps.filter(({ kind }) => kind === 'implemented');
    const approval = steps.find((step) => step.kind === 'approved');
    return {
      wp_id: id,
      title,
      lane_id: laneOf(id),
      dependencies,
      implementer: made.at(-1)?.agent ?? '',
      reviewer: approval?.agent ?? '',
      commits: made.map(({ commit }) => commit),
      summary: approval?.summary ?? '',
    };
  });
}

/** Finds the reviews that said no, each with the attempt before and the attempt after. */
export function rejectionResults(history: readonly DemoStep[]): readonly RejectionResult[] {
  return history.flatMap((step, at) => {
    if (step.kind !== 'rejected') return [];
    const isAttempt = ({ kind, wp }: DemoStep) => kind === 'implemented' && wp === step.wp;
    return [
      {
        wp_id: step.wp,
        implementer: history.slice(0, at).findLast(isAttempt)?.agent ?? '',
        reviewer: step.agent,
        rejected_commit: step.commit,
        finding: step.finding,
        feedback_file: step.feedbackFile,
        fixed_in: history.slice(at).find(isAttempt)?.commit ?? null,
      },
    ];
  });
}
