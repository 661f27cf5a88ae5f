import { execFileSync } from 'node:child_process';

/** The commit, so that each is tested with other faults, and again with the same. */
export function seedOfCommit(): string {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    // An unpacked archive has no commit.
    return 'no commit';
  }
}
