/**
 * Has a few things done at once, and the others after them in the order in which they came: of many that share a machine and
 * are all done at once, the first is done no sooner than the last.
 */
export class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  /** Does something when its turn comes. */
  async take<T>(body: () => Promise<T>): Promise<T> {
    await this.#enter();
    try {
      return await body();
    } finally {
      this.#leave();
    }
  }

  /** Within a turn: lets others go on meanwhile, as with what may take as long as it likes. */
  async aside<T>(body: () => Promise<T>): Promise<T> {
    this.#leave();
    try {
      return await body();
    } finally {
      await this.#enter();
    }
  }

  async #enter(): Promise<void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free += 1;
  }
}
