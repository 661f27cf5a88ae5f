import { spawnSync } from 'node:child_process';
import type { TempRepository } from '../temp-repository.ts';
import type { Changes, Situation } from './situation.ts';

/** Commits of a situation by name; its target is also the branch `branch`. */
export interface ImportedSituation {
  readonly branch: string;
  readonly commits: Readonly<Record<string, string>>;
}

/** Makes the histories of many situations in one repository, without a checkout, in one process of Git. */
export function importSituations(
  repository: TempRepository,
  situations: readonly Situation[],
): ReadonlyMap<Situation, ImportedSituation> {
  const stream: string[] = [];
  for (const [number, { history }] of situations.entries()) {
    for (const [name, { parents, changes }] of Object.entries(history)) {
      const order = stream.length;
      const [first, ...others] = parents.map((parent) => `refs/situations/${number}/${parent}`);
      stream.push(
        [
          `commit refs/situations/${number}/${name}`,
          `author ${name} <${name}@example.com> ${1_700_000_000 + order} +0100`,
          `committer Test Person <test@example.com> ${1_700_000_000 + order} +0000`,
          data(name),
          ...(first === undefined ? [] : [`from ${first}`]),
          ...others.map((other) => `merge ${other}`),
          ...fileLines(changes),
          '',
        ].join('\n'),
      );
    }
    stream.push(`reset refs/heads/situation-${number}\nfrom refs/situations/${number}/target\n`);
  }
  const { root: cwd, env } = repository;
  const { status, stderr } = spawnSync('git', ['fast-import', '--quiet', '--date-format=raw'], {
    cwd,
    env,
    input: stream.join('\n'),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  const ids = new Map(
    repository
      .git('for-each-ref', '--format=%(refname) %(objectname)', 'refs/situations')
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  );
  return new Map(
    situations.map((situation, number) => [
      situation,
      {
        branch: `situation-${number}`,
        commits: Object.fromEntries(
          Object.keys(situation.history).map((name) => [
            name,
            ids.get(`refs/situations/${number}/${name}`) ?? '',
          ]),
        ),
      },
    ]),
  );
}

/** Deletions come first: what was a file may have become a folder. */
function fileLines(changes: Changes): readonly string[] {
  const lines: string[] = [];
  for (const [path, content] of Object.entries(changes))
    if (content === null) lines.push(`D ${quoted(path)}`);
  for (const [path, content] of Object.entries(changes)) {
    if (content === null) continue;
    if (typeof content === 'string') lines.push(`M 100644 inline ${quoted(path)}`, data(content));
    else if ('commit' in content) lines.push(`M ${content.mode} ${content.commit} ${quoted(path)}`);
    else lines.push(`M ${content.mode} inline ${quoted(path)}`, data(content.text));
  }
  return lines;
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}

function quoted(path: string): string {
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
