import path from 'node:path';
import { parseJson } from '@spec-kitty/core/parse-json';
import type { RunJournal } from '@spec-kitty/core/run/run-ports';
import type { RunRecord } from '@spec-kitty/core/run/run-record';
import { isJsonObject } from '@spec-kitty/core/status/rows/json-value';
import { appendDurably } from '../files/append-durably.ts';
import { readText } from '../files/plain-file.ts';
import { makeFolder } from '../files/sync-folder.ts';

/** The journal of a mission's runs, one JSON object a line. Only the engine that holds the run's lock appends. */
export class FileRunJournal implements RunJournal {
  readonly file: string;

  constructor(folder: string) {
    this.file = path.join(folder, 'run.jsonl');
  }

  read(): readonly RunRecord[] {
    // What a power cut has torn off was never acted on.
    return (readText(this.file) ?? '').split('\n').flatMap((line) => {
      const value = line === '' ? undefined : parseJson(line);
      return isJsonObject(value) && typeof value['kind'] === 'string' ? [value as unknown as RunRecord] : [];
    });
  }

  append(record: RunRecord): void {
    makeFolder(path.dirname(this.file));
    appendDurably(this.file, `${JSON.stringify(record)}\n`);
  }
}
