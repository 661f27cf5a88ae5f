import { isJsonObject } from '../status/rows/json-value.ts';
import { parseJson } from '../parse-json.ts';
import { redact } from '../redact.ts';

/** What an implementer has to say: a claim, which the evidence is compared with. */
export interface ImplementerReport {
  readonly subtasks: readonly string[];
  /** Why it could not go on; `null` where it says that it is done. */
  readonly blocked: string | null;
}

/** What a reviewer has to say. */
export interface Verdict {
  readonly verdict: 'approved' | 'changes_requested';
  readonly summary: string;
  readonly findings: readonly string[];
}

/** Reads what an implementer has left; nothing readable is an empty claim. */
export function readImplementerReport(text: string | undefined): ImplementerReport {
  const said = objectIn(text);
  const blocked = said?.['blocked'];
  return {
    subtasks: textsOf(said?.['subtasks_done']),
    blocked: typeof blocked === 'string' && blocked.trim() !== '' ? redact(blocked.trim()) : null,
  };
}

/** Reads a verdict; `undefined` for anything that is none, however it is meant. */
export function readVerdict(text: string | undefined): Verdict | undefined {
  const said = objectIn(text);
  const verdict = said?.['verdict'];
  const summary = said?.['summary'];
  if (verdict !== 'approved' && verdict !== 'changes_requested') return undefined;
  if (typeof summary !== 'string' || summary.trim() === '') return undefined;
  const findings = said?.['findings'] ?? [];
  if (!Array.isArray(findings) || textsOf(findings).length !== findings.length) return undefined;
  // What is said here goes into the mission's events, for everybody to read.
  return { verdict, summary: redact(summary.trim()), findings: textsOf(findings).map(redact) };
}

function objectIn(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (text === undefined) return undefined;
  const value = parseJson(text);
  return isJsonObject(value) ? value : undefined;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value)
    ? value.filter((one): one is string => typeof one === 'string' && one.trim() !== '')
    : [];
}
