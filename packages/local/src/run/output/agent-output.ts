import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { AgentLog } from './agent-log.ts';
import { LineReader } from './line-reader.ts';

/** Once its log is full, an agent is read in pieces with this between them: a flood takes no processor of ours. */
const PIECE_MS = 10;
/** Whoever keeps the output of an agent open after its end is not listened to for longer. */
const AFTER_END_MS = 1000;

/** Who reads each line of an agent's output and of what it complains about. */
export interface LineReaders {
  readonly output: (line: string) => void;
  readonly complaint: (line: string) => void;
}

/** Gets what an agent prints into its log, and each line to whoever reads it. */
export class AgentOutput {
  readonly #streams: readonly Readable[];
  readonly #closed: Promise<unknown>;

  constructor({ stdout, stderr }: ChildProcess, log: AgentLog, { output, complaint }: LineReaders) {
    const read = (stream: Readable | null, hears: (line: string) => void): readonly Readable[] => {
      if (!stream) return [];
      const reader = new LineReader((line) => {
        log.add(line);
        hears(line);
      });
      stream.on('data', (chunk: Buffer) => {
        reader.add(chunk);
        if (!log.isFull) return;
        stream.pause();
        setTimeout(() => stream.resume(), PIECE_MS);
      });
      stream.once('close', () => reader.end());
      // A broken pipe says no more than that there is nothing to read.
      stream.on('error', () => undefined);
      return [stream];
    };
    this.#streams = [...read(stdout, output), ...read(stderr, complaint)];
    this.#closed = Promise.all(
      this.#streams.map((stream) => new Promise<void>((resolve) => stream.once('close', () => resolve()))),
    );
  }

  /** Resolves when everything is read that an agent whose process is gone has printed. */
  async end(): Promise<void> {
    const given = new AbortController();
    await Promise.race([this.#closed, pause(AFTER_END_MS, undefined, { signal: given.signal })]);
    given.abort();
    for (const stream of this.#streams) stream.destroy();
    await this.#closed;
  }
}
