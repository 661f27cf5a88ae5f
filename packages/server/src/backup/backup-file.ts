import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { Fault } from '@spec-kitty/core/fault';
import { errorCode } from '@spec-kitty/local/files/disk-fault';
import * as v from 'valibot';

/** Of the file; rows of other tables and columns need no other one. */
export const FORMAT_VERSION = 1;

/** First line of a backup. */
const headSchema = v.object({
  format: v.literal('spec-kitty-teamspace-backup'),
  format_version: v.pipe(v.number(), v.integer(), v.minValue(1)),
  schema: v.pipe(v.number(), v.integer(), v.minValue(1)),
  created_at: v.string(),
  /** The file of keys, as text; tokens that are out stay good only with it. */
  keys: v.nullable(v.string()),
});
export type BackupHead = v.InferOutput<typeof headSchema>;

const rowSchema = v.object({ table: v.string(), row: v.record(v.string(), v.unknown()) });

/** Last line of a backup: without it, it was not finished. */
const tailSchema = v.object({
  rows: v.record(v.string(), v.number()),
  sha256: v.string(),
});

/** A line with a row. */
export type BackupRow = v.InferOutput<typeof rowSchema>;

/** Adds up lines, so that a change anywhere is seen. */
export function lineDigest(): { add(line: string): void; hex(): string } {
  const hash = createHash('sha256');
  return { add: (line) => void hash.update(line).update('\n'), hex: () => hash.digest('hex') };
}

/**
 * Reads a backup through once, to its last line: what it is, and that it is whole.
 *
 * @param onRow told each row, in order; what it has done has to be undone where the end turns out wrong.
 * @throws Fault `BACKUP_DAMAGED`.
 */
export async function readBackup(
  file: string,
  onHead: (head: BackupHead) => Promise<void>,
  onRow: (row: BackupRow) => Promise<void>,
): Promise<Readonly<Record<string, number>>> {
  const damaged = (why: string, cause?: unknown) =>
    new Fault('refused', 'BACKUP_DAMAGED', `This is no whole backup, ${why}: ${file}`, {
      hints: ['Take another backup; nothing was restored from this one.'],
      details: { file },
      cause,
    });
  const digest = lineDigest();
  const counts: Record<string, number> = {};
  let last: string | undefined;
  let isFirst = true;
  const take = async (line: string) => {
    digest.add(line);
    const value: unknown = JSON.parse(line);
    if (isFirst) {
      isFirst = false;
      return onHead(v.parse(headSchema, value));
    }
    const row = v.parse(rowSchema, value);
    counts[row.table] = (counts[row.table] ?? 0) + 1;
    return onRow(row);
  };
  const source = createReadStream(file);
  const text = createGunzip().setEncoding('utf8');
  source.once('error', (error) => text.destroy(error)).pipe(text);
  try {
    // In one flow: whoever is told a row has done with it before a failure is thrown.
    for await (const line of linesOf(text)) {
      if (last !== undefined) await take(last);
      last = line;
    }
  } catch (error) {
    const why = whyDamaged(error);
    throw why === undefined ? error : damaged(why, error);
  } finally {
    source.destroy();
  }
  const tail = v.safeParse(tailSchema, parse(last));
  if (!tail.success) throw damaged('its end is missing');
  if (tail.output.sha256 !== digest.hex()) throw damaged('something in it was changed');
  return counts;
}

/** @returns `undefined` for what is not the file's fault. */
function whyDamaged(error: unknown): string | undefined {
  if (error instanceof SyntaxError || v.isValiError(error)) return 'it has a line that is none of ours';
  const code = errorCode(error) ?? '';
  if (/^(?:Z_|ERR_)/.test(code)) return 'it is cut off or changed';
  return code === 'EISDIR' ? 'but a folder' : undefined;
}

/** By line feeds alone: names may have other characters that some take for the end of a line. */
async function* linesOf(parts: AsyncIterable<unknown>): AsyncGenerator<string, void> {
  let rest = '';
  for await (const part of parts) {
    const lines = (rest + String(part)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined; // No end that can be read: there is none.
  }
}
