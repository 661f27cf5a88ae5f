/** How much it matters: with something critical, hosted commands do not work. */
export type Severity = 'info' | 'warn' | 'critical';

/** What helps: a command that exists, or what a person has to do, or both. */
export interface Remedy {
  readonly command: string | null;
  readonly description: string | null;
}

/** One thing that the doctor has found, by the number that programs know it by (A§6.2). */
export interface AuthFinding {
  readonly id: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly remediation: Remedy | null;
}
