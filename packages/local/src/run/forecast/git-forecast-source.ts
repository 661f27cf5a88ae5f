import type { ForecastSource, LineEdit } from '@spec-kitty/core/run/forecast/forecast-source';
import type { Git } from '../../git/git.ts';
import { readBlobs } from '../../trees/read-blobs.ts';

/** Habits change: what is older says little, and reading it takes time. */
const MOST_COMMITS = 1000;

/** Of one file so many changes are compared. */
const MOST_EDITS = 400;

/** Larger files are data, or written by programs. */
const MOST_BYTES = 256 * 1024;

/** What a forecast rests on, from one commit of a repository; every question is one process, however large it is. */
export class GitForecastSource implements ForecastSource {
  readonly #git: Git;
  readonly #base: string;

  constructor(git: Git, base: string) {
    this.#git = git;
    this.#base = base;
  }

  files(): Promise<readonly string[]> {
    return this.#git.records(['ls-tree', '-r', '--name-only', '-z', this.#base]);
  }

  async commits(): Promise<readonly (readonly string[])[]> {
    const shape = ['--no-merges', '--no-renames', '--name-only', '-z', '--format=%x01'];
    const args = ['log', `--max-count=${MOST_COMMITS}`, ...shape, this.#base, '--'];
    const { stdout } = await this.#git.run(args);
    return stdout
      .split('\u0001')
      .slice(1)
      .map((part) =>
        part
          .split('\0')
          .map((path) => path.replace(/^\n/, ''))
          .filter((path) => path !== ''),
      );
  }

  async texts(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const texts = new Map<string, string>();
    const small = await this.#small(paths);
    const contents = await readBlobs(
      this.#git,
      small.map(({ id }) => id),
    );
    // What is looked for in it is ASCII.
    for (const [at, { path }] of small.entries()) texts.set(path, contents[at] ?? '');
    return texts;
  }

  async edits(paths: readonly string[]): Promise<ReadonlyMap<string, readonly (readonly LineEdit[])[]>> {
    const known = new Map((await this.#small(paths)).map(({ path }) => [path, [] as LineEdit[][]]));
    if (known.size === 0) return known;
    const shape = ['--no-merges', '--no-renames', '--no-color', '--unified=0', '--format=%x01'];
    const literal = [...known.keys()].map((path) => `:(top,literal)${path}`);
    const args = ['log', '-p', `--max-count=${MOST_EDITS}`, ...shape, this.#base, '--', ...literal];
    const { stdout } = await this.#git.run(args);
    let edits: LineEdit[] = [];
    for (const line of stdout.split('\n')) {
      if (line.startsWith('diff --git ')) edits = startedIn(known, line);
      const hunk = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
      if (hunk) edits.push(editOf(hunk));
    }
    return known;
  }

  /** Files that are there, and are of a size that people write. */
  async #small(paths: readonly string[]): Promise<readonly { path: string; id: string; size: number }[]> {
    const named = paths.filter((path) => !path.includes('\n'));
    if (named.length === 0) return [];
    const stdin = named.map((path) => `${this.#base}:${path}\n`).join('');
    const format = '--batch-check=%(objecttype) %(objectname) %(objectsize)';
    const lines = await this.#git.lines(['cat-file', format], { stdin });
    return named.flatMap((path, at) => {
      const [kind, id = '', size = ''] = (lines[at] ?? '').split(' ');
      return kind === 'blob' && Number(size) <= MOST_BYTES ? [{ path, id, size: Number(size) }] : [];
    });
  }
}

/** Edits of the file that a line of a patch announces; a name that Git quotes is none that is asked for. */
function startedIn(known: Map<string, LineEdit[][]>, line: string): LineEdit[] {
  const edits: LineEdit[] = [];
  const [, path = ''] = /^diff --git a\/(.*) b\/\1$/.exec(line) ?? [];
  known.get(path)?.push(edits);
  return edits;
}

/** Of lines that are only put in, Git names the line before them. */
function editOf([, at, taken = '1', now, put = '1']: RegExpExecArray): LineEdit {
  return {
    at: Number(at) + (taken === '0' ? 1 : 0),
    taken: Number(taken),
    now: Number(now) + (put === '0' ? 1 : 0),
    put: Number(put),
  };
}
