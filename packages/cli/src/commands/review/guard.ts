import { counted } from '@spec-kitty/core/counted';
import { type GuardFinding, guardHint, sortedFindings } from '@spec-kitty/core/guard/guard-finding';
import { guardSource } from '@spec-kitty/core/guard/guard-source';
import type { Api } from '@spec-kitty/core/guard/syntax';
import { loadTypescript } from '@spec-kitty/local/review/load-typescript';
import { reviewFiles, reviewText } from '@spec-kitty/local/review/review-files';
import type { AppContext } from '../../context.ts';

interface Flags {
  readonly json: boolean;
}

/** Examines what is named, or what is guarded anyway; findings are an answer, and exit 1. */
export async function guard(this: AppContext, { json }: Flags, ...named: string[]): Promise<void> {
  const { cwd, env } = this;
  const { repository } = await this.workspace();
  const root = repository.worktree === repository.commonDir ? repository.primary : repository.worktree;
  const files = await reviewFiles({ root, cwd, env }, named);
  const api = await loadTypescript(root, env);
  const findings = findingsIn(api, root, files);
  const document = {
    passed: findings.length === 0,
    typescript_version: api.version,
    file_count: files.length,
    findings: findings.map((finding) => ({ ...finding, hint: guardHint(finding) })),
  };
  this.show(json, document, () => [...findings.flatMap(lines), tally(files, findings)].join('\n'));
  if (findings.length > 0) this.exit.code = 1;
}

function findingsIn(api: Api, root: string, files: readonly string[]): readonly GuardFinding[] {
  return sortedFindings(
    files.flatMap((file) => {
      const text = reviewText(root, file);
      return text === undefined ? [] : guardSource(api, file, text);
    }),
  );
}

function lines(finding: GuardFinding): readonly string[] {
  const { file, line, column, construct, source } = finding;
  return [`${file}:${line}:${column}  ${construct}  ${source}`, `    ${guardHint(finding)}`];
}

function tally(files: readonly string[], findings: readonly GuardFinding[]): string {
  return `${counted(findings.length, 'finding')} in ${counted(files.length, 'file')}.`;
}
