import { Fault } from '@spec-kitty/core/fault';
import type { MissionMeta } from '@spec-kitty/protocol/mission-meta';
import { decodeText } from '../files/decode-text.ts';

/** Reads `meta.json`. @throws Fault `META_MISSING`, `META_CORRUPT` or `NOT_UTF8`, naming the file. */
export function parseMeta(bytes: Buffer | undefined, file: string): MissionMeta {
  if (!bytes) {
    throw new Fault('refused', 'META_MISSING', `The mission has no meta.json: ${file}`, {
      hints: ['Restore it with `git checkout -- <file>`, or create the mission anew.'],
      details: { file },
    });
  }
  const text = decodeText(bytes, file);
  try {
    const meta: unknown = JSON.parse(text);
    if (typeof meta === 'object' && meta !== null && !Array.isArray(meta)) return meta as MissionMeta;
  } catch (cause) {
    throw corrupt(file, cause);
  }
  throw corrupt(file, undefined);
}

function corrupt(file: string, cause: unknown): Fault {
  return new Fault('refused', 'META_CORRUPT', `The file is not a JSON object: ${file}`, {
    hints: ['Repair it by hand, or restore it from Git history.'],
    details: { file },
    cause,
  });
}
