import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { errorCode } from '../../files/disk-fault.ts';

/** What of a long log is kept: how it began, and how it ended. */
export interface LogBounds {
  readonly headBytes: number;
  /** At least; at most twice as much. */
  readonly tailBytes: number;
}

const BOUNDS: LogBounds = { headBytes: 8 * 1024 * 1024, tailBytes: 512 * 1024 };
/** Nobody reads more of a line; of what follows, so much is looked at as a secret may be long that is cut in two. */
const LONGEST_SHOWN = 256 * 1024;
const LONGEST_SECRET = 16 * 1024;
/** How often the end of a log that has been cut is brought up to date. */
const TAIL_MS = 1000;

/**
 * The log of one attempt: everything that its agent printed, but for secrets. An agent that floods it fills neither the
 * disk nor the memory: the beginning stays, the end is kept, and what was between them is told.
 */
export class AgentLog {
  readonly #handle: number;
  readonly #redact: (text: string) => string;
  readonly #bounds: LogBounds;
  /** Of the beginning, on disk. */
  #size: number;
  #isFull = false;
  /** The end, in two halves: once the newer one is long enough alone, the older one is dropped whole. */
  #older = new Lines();
  #newer = new Lines();
  #cut = 0;
  #timer: NodeJS.Timeout | undefined;
  #trouble: string | undefined;

  /** Goes on behind what is there: no log is written over. */
  constructor(file: string, redact: (text: string) => string, bounds: LogBounds = BOUNDS) {
    this.#handle = openSync(file, 'a+', 0o600);
    this.#redact = redact;
    this.#bounds = bounds;
    this.#size = fstatSync(this.#handle).size;
  }

  /** Whether its beginning is full: then nobody is hurt by hearing more of the agent a little later. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Why it is not whole, such as `ENOSPC`; the agent's work does not depend on it. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  add(line: string): void {
    const part = line.slice(0, LONGEST_SHOWN + LONGEST_SECRET);
    this.#isFull ||= this.#size + part.length >= this.#bounds.headBytes;
    if (!this.#isFull) {
      this.#size += this.#write(`${this.#shown(part)}\n`);
      return;
    }
    // Secrets are looked for only in what is kept in the end: a flood is not worth the time.
    this.#newer.add(part);
    if (this.#newer.size > this.#bounds.tailBytes) {
      this.#cut += this.#older.size;
      this.#older = this.#newer;
      this.#newer = new Lines();
    }
    this.#timer ??= setTimeout(() => this.#writeTail(), TAIL_MS);
  }

  close(): void {
    if (this.#timer) this.#writeTail();
    closeSync(this.#handle);
  }

  #writeTail(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const gap = this.#cut === 0 ? [] : [`[spec-kitty: ${this.#cut} characters of output were cut here]`];
    const kept = [...this.#older.all, ...this.#newer.all].map((line) => this.#shown(line));
    try {
      ftruncateSync(this.#handle, this.#size);
    } catch (error) {
      this.#fails(error);
      return;
    }
    this.#write([...gap, ...kept, ''].join('\n'));
  }

  #shown(line: string): string {
    const redacted = this.#redact(line);
    return line.length <= LONGEST_SHOWN
      ? redacted
      : `${redacted.slice(0, LONGEST_SHOWN)} [spec-kitty: the rest of this line was cut]`;
  }

  /** @returns how many bytes came to the disk. */
  #write(text: string): number {
    const bytes = Buffer.from(text);
    let done = 0;
    try {
      while (done < bytes.length) done += writeSync(this.#handle, bytes, done);
    } catch (error) {
      this.#fails(error);
    }
    return done;
  }

  #fails(error: unknown): void {
    const code = errorCode(error);
    if (code === undefined) throw error;
    this.#trouble ??= code;
  }
}

class Lines {
  readonly all: string[] = [];
  size = 0;

  add(line: string): void {
    this.all.push(line);
    this.size += line.length + 1;
  }
}
