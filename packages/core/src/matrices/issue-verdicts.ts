/** Verdicts that settle an issue, as far as the mission is concerned. */
export const SETTLED_ISSUES = ['fixed', 'verified-already-fixed', 'deferred-with-followup'] as const;

/** Every verdict there is; the others leave an issue open (L§8.3). */
export const ISSUE_VERDICTS = [...SETTLED_ISSUES, 'in-mission', 'unknown'] as const;

/** One of {@link ISSUE_VERDICTS}. */
export type IssueVerdict = (typeof ISSUE_VERDICTS)[number];
