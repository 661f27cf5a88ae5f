/** Something that comes once, and can be waited for. */
export class Ending {
  #resolve: () => void = () => undefined;
  #isReached = false;
  readonly reached = new Promise<void>((resolve) => (this.#resolve = resolve));

  get isReached(): boolean {
    return this.#isReached;
  }

  reach(): void {
    this.#isReached = true;
    this.#resolve();
  }
}
