import { spawnSync } from 'node:child_process';
import type { TempRepository } from '../temp-repository.ts';
import type { Content, Files } from './situation.ts';

/** Every file of a commit or tree, with its content. */
export function readTree(repository: TempRepository, revision: string): Files {
  const entries = repository
    .git('ls-tree', '-r', '-z', '--full-tree', revision)
    .split('\0')
    .filter((record) => record !== '')
    .map((record) => {
      const tab = record.indexOf('\t');
      const [mode = '', , id = ''] = record.slice(0, tab).split(' ');
      return { mode, id, path: record.slice(tab + 1) };
    });
  const texts = readBlobs(
    repository,
    entries.flatMap(({ mode, id }) => (mode === '160000' ? [] : [id])),
  );
  return Object.fromEntries(
    entries.map(({ mode, id, path }) => [path, contentOf(mode, id, texts.get(id) ?? '')]),
  );
}

function contentOf(mode: string, id: string, text: string): Content {
  if (mode === '160000') return { mode, commit: id };
  return mode === '100755' || mode === '120000' ? { mode, text } : text;
}

function readBlobs({ root: cwd, env }: TempRepository, ids: readonly string[]): ReadonlyMap<string, string> {
  const input = ids.join('\n');
  const { stdout } = spawnSync('git', ['cat-file', '--batch'], { cwd, env, input, maxBuffer: 1 << 28 });
  const texts = new Map<string, string>();
  for (let at = 0; at < stdout.length;) {
    const end = stdout.indexOf('\n', at);
    const [id = '', , size = ''] = stdout.toString('utf8', at, end).split(' ');
    const after = end + 1 + Number(size);
    texts.set(id, stdout.toString('utf8', end + 1, after));
    at = after + 1;
  }
  return texts;
}
