import { unwatchedChanges } from '../checkout/checkout-content.ts';
import type { Git } from '../git/git.ts';
import { requireRuleFiles } from '../git/require-rule-files.ts';

/** What a checkout is at, and what in it is not committed. */
export interface CheckoutState {
  /** Short name; `null` for a detached HEAD. */
  readonly branch: string | null;
  /** `null` on a branch without commits. */
  readonly commit: string | null;
  /** Uncommitted or untracked paths, ignored ones aside. */
  readonly dirty: readonly string[];
  /** Those of them that Git was told not to look at. */
  readonly unwatched: readonly string[];
}

/** Fields before the path in an entry of each kind; a rename is none, as nothing looks for it. */
const FIELDS: Readonly<Record<string, number>> = { '1': 8, u: 10, '?': 1 };

/** Looks at a checkout. @throws Fault `NOT_A_PLAIN_FILE` for a pipe as its `.gitignore`. */
export async function checkoutState(git: Git): Promise<CheckoutState> {
  requireRuleFiles(git.directory, ['']);
  const format = ['--porcelain=v2', '--branch', '--no-ahead-behind', '-z'];
  const records = await git.records(['status', ...format, '--untracked-files=all', '--no-renames']);
  const seen = records.filter((record) => !record.startsWith('# ')).map(pathOf);
  const unwatched = await unwatchedChanges(git);
  const header = (key: string): string | undefined =>
    records.find((record) => record.startsWith(`# branch.${key} `))?.slice(`# branch.${key} `.length);
  const [branch = '(detached)', commit = '(initial)'] = [header('head'), header('oid')];
  return {
    branch: branch === '(detached)' ? null : branch,
    commit: commit === '(initial)' ? null : commit,
    dirty: [...new Set([...seen, ...unwatched])],
    unwatched,
  };
}

function pathOf(record: string): string {
  const fields = FIELDS[record.slice(0, record.indexOf(' '))] ?? 0;
  return record.split(' ').slice(fields).join(' ');
}
