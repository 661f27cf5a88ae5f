import { StringDecoder } from 'node:string_decoder';

/** Messages may hold whole files; what is longer is a program without any newlines. */
export const LONGEST_LINE = 16 * 1024 * 1024;

/** Makes lines of a stream of bytes, and holds no more of it than one. */
export class LineReader {
  readonly #onLine: (line: string) => void;
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';
  /** Whether the rest of a line that was too long is being passed over. */
  #skips = false;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  add(chunk: Buffer): void {
    const lines = this.#decoder.write(chunk).split('\n');
    const last = lines.pop() ?? '';
    for (const line of lines) {
      this.#extend(line);
      this.#finish();
    }
    this.#extend(last);
  }

  /** What came without a newline at last. */
  end(): void {
    this.#extend(this.#decoder.end());
    if (this.#rest !== '') this.#finish();
  }

  #extend(text: string): void {
    if (this.#skips) return;
    this.#rest += text;
    if (this.#rest.length <= LONGEST_LINE) return;
    this.#onLine(`${this.#rest.slice(0, LONGEST_LINE)} [the rest of this line was cut]`);
    this.#rest = '';
    this.#skips = true;
  }

  #finish(): void {
    if (!this.#skips) this.#onLine(this.#rest.endsWith('\r') ? this.#rest.slice(0, -1) : this.#rest);
    this.#rest = '';
    this.#skips = false;
  }
}
