import { globMatcher } from '../../execution-lanes/globs-intersect.ts';

/** Files, sorted once so that the globs of many packages are looked up in parts of them. */
export class SortedFiles {
  readonly #files: readonly string[];

  constructor(files: readonly string[]) {
    this.#files = files.toSorted((a, b) => (a < b ? -1 : 1));
  }

  /** Those that a glob covers. */
  of(glob: string): readonly string[] {
    const prefix = /^[^*?[\]{}\\]*/.exec(glob.replace(/^(?:\.\/)+/, ''))?.[0] ?? '';
    const start = prefix.includes('//') || prefix.includes('/./') ? '' : prefix.replace(/\/$/, '');
    const matches = globMatcher(glob);
    const from = this.#first(start);
    // No character comes behind this one.
    const to = start === '' ? this.#files.length : this.#first(`${start}\uffff`);
    return this.#files.slice(from, to).filter(matches);
  }

  #first(start: string): number {
    let [low, high] = [0, this.#files.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((this.#files[middle] ?? '') < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
