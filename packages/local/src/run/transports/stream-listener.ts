import { stripVTControlCharacters } from 'node:util';
import { type ReadStream, type StreamFormat, StreamReader } from '@spec-kitty/core/run/agents/read-stream';
import type { AgentListener } from './agent-listener.ts';

/** Reads the events that an agent prints; of one that prints text, the last line is what it did last. */
export class StreamListener implements AgentListener {
  readonly #reader: StreamReader;
  readonly #isText: boolean;
  #lastLine: string | null = null;

  constructor(format: StreamFormat) {
    this.#reader = new StreamReader(format);
    this.#isText = format === 'none';
  }

  hear(line: string): void {
    this.#reader.add(line);
    if (this.#isText) this.#lastLine = stripVTControlCharacters(line).trim() || this.#lastLine;
  }

  get read(): ReadStream {
    return this.#isText ? { ...this.#reader.read, last: this.#lastLine } : this.#reader.read;
  }
}
