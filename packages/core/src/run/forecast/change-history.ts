/** A commit of more files than this says nothing about any two of them: it is a sweep, or an import. */
const SWEEP = 40;

/** Before so many commits of a package's files have been seen, what changes with them is what changes with all files. */
const PATIENCE = 30;

const FEW = 10;

/** Share of commits, and number of other files, from which on a file is changed whatever the work is about. */
const HUB = { share: 0.1, beside: 5 };

/** What commits of the past say about which files change together. */
export class ChangeHistory {
  readonly #commits: readonly (readonly string[])[];
  readonly #hubs: ReadonlySet<string>;
  readonly #byPath = new Map<string, number[]>();

  constructor(commits: readonly (readonly string[])[]) {
    const work = commits.filter(({ length }) => length > 0 && length <= SWEEP);
    this.#commits = joined(work);
    this.#hubs = hubsOf(this.#commits);
    for (const [at, paths] of this.#commits.entries())
      for (const path of paths) {
        const known = this.#byPath.get(path);
        if (known) known.push(at);
        else this.#byPath.set(path, [at]);
      }
  }

  get count(): number {
    return this.#commits.length;
  }

  /** Share of all commits that change a path; of few commits nobody can tell, so it is small. */
  share(path: string): number {
    return this.changes(path) / (this.count + FEW);
  }

  /** How many commits change a path. */
  changes(path: string): number {
    return this.#byPath.get(path)?.length ?? 0;
  }

  /** How likely a change of some of the given paths changes another path, too, of those that ever did. */
  besides(paths: ReadonlySet<string>): {
    readonly commits: number;
    readonly likely: ReadonlyMap<string, number>;
  } {
    const touching = new Set([...paths].flatMap((path) => this.#byPath.get(path) ?? []));
    const counts = new Map<string, number>();
    for (const at of touching)
      for (const path of this.#commits[at] ?? [])
        if (!paths.has(path)) counts.set(path, (counts.get(path) ?? 0) + 1);
    const likely = [...counts].map(([path, count]) => {
      const known = count + PATIENCE * this.share(path);
      return [path, known / (touching.size + PATIENCE)] as const;
    });
    return { commits: touching.size, likely: new Map(likely) };
  }

  /** Whether a path is changed whatever the work is about. */
  isHub(path: string): boolean {
    return this.#hubs.has(path);
  }

  /** All paths of which {@link isHub} is true. */
  hubs(): readonly string[] {
    return [...this.#hubs];
  }

  /** How often a change of the first of two changes the second; of many such pairs together. */
  follows(pairs: Iterable<readonly [string, string]>): { readonly followed: number; readonly of: number } {
    let [followed, of] = [0, 0];
    for (const [first, second] of pairs) {
      const there = new Set(this.#byPath.get(second));
      const commits = this.#byPath.get(first) ?? [];
      of += commits.length;
      followed += commits.filter((at) => there.has(at)).length;
    }
    return { followed, of };
  }
}

/**
 * Joins a commit that changes nothing but what everybody changes to the one before it: somebody has split one piece of work.
 */
function joined(commits: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const hubs = hubsOf(commits);
  const works: (readonly string[])[] = [];
  let open: readonly string[] = [];
  for (const paths of commits) {
    open = [...new Set([...open, ...paths])];
    if (paths.every((path) => hubs.has(path))) continue;
    works.push(open);
    open = [];
  }
  return open.length > 0 ? [...works, open] : works;
}

/** What many commits change, with one file and another: a registry, a list of changes, a lock file. */
function hubsOf(commits: readonly (readonly string[])[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const path of commits.flat()) counts.set(path, (counts.get(path) ?? 0) + 1);
  const often = [...counts].filter(([, count]) => count >= HUB.share * (commits.length + FEW));
  const isBeside = (path: string): boolean => {
    const beside = new Set(commits.filter((paths) => paths.includes(path)).flat());
    return beside.size > HUB.beside;
  };
  return new Set(often.map(([path]) => path).filter(isBeside));
}
