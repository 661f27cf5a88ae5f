/** Flows that ask questions. */
export const DECISION_FLOWS = ['charter', 'specify', 'plan'] as const;

/** One of {@link DECISION_FLOWS}. */
export type DecisionFlow = (typeof DECISION_FLOWS)[number];
