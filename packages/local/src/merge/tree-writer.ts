import { IndexGit } from '../checkout/index-git.ts';
import { draftPath, removeDraft } from '../checkout/draft-path.ts';
import { indexInfo } from '../checkout/index-info.ts';
import type { Entry } from '../git/tree-changes.ts';
import { privateDir, type Repository } from '../repository/repository.ts';

/** Makes trees from objects that exist, beside every checkout. */
export class TreeWriter {
  readonly #repository: Repository;
  readonly #env: Readonly<Record<string, string | undefined>>;

  constructor(repository: Repository, env: Readonly<Record<string, string | undefined>>) {
    this.#repository = repository;
    this.#env = env;
  }

  /** @param entries by path; `undefined` takes a path out. @param onto tree that has all other paths. */
  async write(entries: ReadonlyMap<string, Entry>, onto?: string): Promise<string> {
    const draft = draftPath(privateDir(this.#repository, 'tmp'), 'index');
    const git = new IndexGit(this.#repository.primary, this.#env, draft);
    try {
      await git.run(['read-tree', onto ?? '--empty']);
      await git.run(['update-index', '-z', '--index-info'], { stdin: indexInfo(entries) });
      return await git.text(['write-tree']);
    } finally {
      removeDraft(draft);
    }
  }
}
