import type { Ids } from '@spec-kitty/core/ports/ids';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_LENGTH = 10;
const RANDOM_LENGTH = 16;

/** Where an id takes its time (milliseconds) and its randomness from. */
export interface UlidSources {
  readonly nowMillis: () => number;
  readonly fillRandom: (bytes: Uint8Array) => void;
}

const SYSTEM: UlidSources = {
  nowMillis: Date.now,
  // Asked for at the first id only: loading crypto costs 1.5 ms, and most commands mint none.
  fillRandom: (bytes) => void process.getBuiltinModule('node:crypto').randomFillSync(bytes),
};

/** Mints ULIDs (L§2.1); within one millisecond, or after the clock went back, each is its predecessor plus one. */
export class UlidIds implements Ids {
  readonly #sources: UlidSources;
  /** The random part, five bits per element. */
  readonly #digits = new Uint8Array(RANDOM_LENGTH);
  #millis = -1;

  constructor(sources: UlidSources = SYSTEM) {
    this.#sources = sources;
  }

  next(): string {
    const now = this.#sources.nowMillis();
    if (now > this.#millis) this.#draw(now);
    else if (!increment(this.#digits)) this.#draw(this.#millis + 1);
    return encodeTime(this.#millis) + Array.from(this.#digits, (digit) => ALPHABET[digit]).join('');
  }

  #draw(millis: number): void {
    this.#millis = millis;
    this.#sources.fillRandom(this.#digits);
    for (const [at, byte] of this.#digits.entries()) this.#digits[at] = byte & 31;
  }
}

/** Adds one; answers `false` when all digits have rolled over. */
function increment(digits: Uint8Array): boolean {
  for (let at = digits.length - 1; at >= 0; at -= 1) {
    const digit = digits[at] ?? 0;
    digits[at] = (digit + 1) & 31;
    if (digit < 31) return true;
  }
  return false;
}

function encodeTime(millis: number): string {
  let rest = millis;
  let text = '';
  for (let at = 0; at < TIME_LENGTH; at += 1) {
    text = (ALPHABET[rest % 32] ?? '') + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}
