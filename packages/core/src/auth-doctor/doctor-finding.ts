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

/** A finding before it has its number. */
export type Problem = Omit<AuthFinding, 'id'>;

/** Something that is wrong, and what mends it if anything does. */
export function problem(severity: Severity, summary: string, remediation: Remedy | null = null): Problem {
  return { severity, summary, remediation };
}

/** A command that mends it. */
export function run(command: string, description: string): Remedy {
  return { command, description };
}

/** What a person has to do, where no command does. */
export function advise(description: string): Remedy {
  return { command: null, description };
}
