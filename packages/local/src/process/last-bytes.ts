import { escapedText } from '../files/escaped-text.ts';

/** How output becomes text; `escaped` as in {@link escapedText}, `latin1` with every byte as one character. */
export type OutputEncoding = 'utf8' | 'latin1' | 'escaped';

/** Keeps the end of a stream, where a failing command says why. */
export class LastBytes {
  readonly #limit: number;
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #dropped = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether the beginning is missing. */
  get dropped(): boolean {
    return this.#dropped;
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    for (let first = this.#chunks[0]; first && this.#size > this.#limit; first = this.#chunks[0]) {
      const excess = this.#size - this.#limit;
      this.#dropped = true;
      if (first.length > excess) this.#chunks[0] = first.subarray(excess);
      else this.#chunks.shift();
      this.#size -= Math.min(first.length, excess);
    }
  }

  text(encoding: OutputEncoding): string {
    const bytes = Buffer.concat(this.#chunks);
    return encoding === 'escaped' ? escapedText(bytes) : bytes.toString(encoding);
  }
}
