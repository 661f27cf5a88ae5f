import type { Clock } from '@spec-kitty/core/ports/clock';

/**
 * The machine's clock: its milliseconds, with the microseconds used to keep two readings apart.
 *
 * A clock that is set back makes the readings crawl forward until it has caught up.
 */
export class SystemClock implements Clock {
  readonly #nowMillis: () => number;
  #last = 0;

  constructor(nowMillis: () => number = Date.now) {
    this.#nowMillis = nowMillis;
  }

  nowMicros(): number {
    this.#last = Math.max(this.#nowMillis() * 1000, this.#last + 1);
    return this.#last;
  }
}
