import type { Stretch } from '../fault-plan.ts';

/** Tells which calls belong to a stretch; without one, all do. */
export class StretchGate {
  readonly #stretch: Stretch | undefined;
  #state: 'before' | 'open' | 'over';

  constructor(stretch: Stretch | undefined) {
    this.#stretch = stretch;
    this.#state = stretch ? 'before' : 'open';
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** Takes note of a call that changes something; both ends of the stretch belong to it. */
  counts(name: string, args: readonly unknown[]): boolean {
    const was = this.#state;
    if (this.#stretch && was === 'before' && name === 'renameSync' && isOf(this.#stretch.since, args[1]))
      this.#state = 'open';
    if (this.#stretch && was === 'open' && name === 'openSync' && isOf(this.#stretch.until, args[0]))
      this.#state = 'over';
    return was === 'open' || this.#state === 'open';
  }
}

function isOf(pattern: string, file: unknown): boolean {
  return typeof file === 'string' && new RegExp(pattern).test(file);
}
