import type { Git } from './git.ts';

/** Finds those of some commits that another one has in its history, all at once; none where one of them does not exist. */
export async function ancestorsOf(
  git: Git,
  tip: string,
  commits: readonly string[],
): Promise<ReadonlySet<string>> {
  if (commits.length === 0) return new Set();
  const stdin = [...commits, `^${tip}`].map((line) => `${line}\n`).join('');
  const { exitCode, stdout } = await git.attempt(['rev-list', '--stdin'], { stdin });
  const others = new Set(stdout.split('\n'));
  return new Set(exitCode === 0 ? commits.filter((commit) => !others.has(commit)) : []);
}
