import { OWN_FOLDERS } from '@spec-kitty/core/own-paths';
import type { Mention, TraceTrees } from '@spec-kitty/core/trace/trace-ports';
import type { PeoplesCommit } from '@spec-kitty/core/ports/lane-repository';
import type { Git } from '../git/git.ts';
import { peoplesCommits } from '../commits/peoples-commits.ts';

/** `C-` alone is too short to be written in any other way: `c_1` is a variable. */
const IDS = '(^|[^A-Za-z0-9])(N?FR[-_]?|C-)[0-9]+';
const ID = /(N?FR|C)[-_]?(\d+)$/i;

const OTHERS = ['.', ...OWN_FOLDERS.map((folder) => `:(exclude,top,icase)${folder}`)];

/** Settings of people that change what `git grep` prints are overruled one by one. */
const GREP = ['grep', '-z', '-I', '-i', '--no-color', '--no-line-number', '--no-column', '--full-name'];

/** Looks into the trees of commits; nothing is checked out for it. */
export class GitTraceTrees implements TraceTrees {
  readonly #git: Git;

  constructor(git: Git) {
    this.#git = git;
  }

  commits(tip: string, ...without: readonly string[]): Promise<readonly PeoplesCommit[]> {
    return peoplesCommits(this.#git, { tip, without, merges: 'dense-combined' });
  }

  async changed(from: string, to: string): Promise<ReadonlyMap<string, 'there' | 'gone'>> {
    const how = ['--name-status', '--no-renames', '--ignore-submodules=none', '-z'];
    const records = await this.#git.records(['diff', ...how, from, to, '--', ...OTHERS]);
    const changed = new Map<string, 'there' | 'gone'>();
    for (let at = 0; at + 1 < records.length; at += 2)
      changed.set(records[at + 1] ?? '', records[at] === 'D' ? 'gone' : 'there');
    return changed;
  }

  async mentions(commit: string): Promise<readonly Mention[]> {
    const text = await this.#git.tryText([...GREP, '-o', '-E', '-e', IDS, commit, '--', ...OTHERS]);
    return (text ?? '').split('\n').flatMap((line) => {
      const [place = '', found = ''] = line.split('\0');
      const [, kind, digits] = ID.exec(found) ?? [];
      if (kind === undefined || digits === undefined) return [];
      return [{ path: place.slice(commit.length + 1), id: `${kind.toUpperCase()}-${digits}` }];
    });
  }

  async naming(commit: string, texts: readonly string[]): Promise<ReadonlySet<string>> {
    const forms = texts.flatMap((text) => ['-e', text]);
    const text = await this.#git.tryText([...GREP, '-l', '-F', ...forms, commit, '--', ...OTHERS]);
    return new Set((text ?? '').split('\0').map((place) => place.slice(commit.length + 1)));
  }
}
