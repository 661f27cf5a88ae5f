import { Fault } from '@spec-kitty/core/fault';
import { jsonErrorPlace, type Place } from '@spec-kitty/core/status/rows/json-place';
import { isJsonObject } from '@spec-kitty/core/status/rows/json-value';
import { isBranchName } from '@spec-kitty/core/mission/target-branch';
import { shellWord } from '@spec-kitty/core/shell-word';
import type { MissionMeta } from '@spec-kitty/protocol/mission-meta';
import { decodeText } from '../files/decode-text.ts';

/** Reads `meta.json`. @throws Fault `META_MISSING`, `META_CORRUPT` or `NOT_UTF8`, naming the file. */
export function parseMeta(bytes: Buffer | undefined, file: string): MissionMeta {
  if (!bytes) {
    throw new Fault('refused', 'META_MISSING', `The mission has no meta.json: ${file}`, {
      hints: [
        file.startsWith('kitty-specs/')
          ? `Restore it with \`git checkout HEAD -- ${shellWord(file)}\` in the root of the repository.`
          : 'Restore it on that branch.',
        'If it was never committed, create the mission anew with `spec-kitty specify <slug>`.',
      ],
      details: { file },
    });
  }
  const text = decodeText(bytes, file);
  try {
    const meta: unknown = JSON.parse(text);
    if (isJsonObject(meta)) return sound(meta, file);
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    if (/^<{7} /m.test(text) && file.startsWith('kitty-specs/')) throw conflicted(file);
    const place = jsonErrorPlace(text, cause);
    throw corrupt(file, `The file is not JSON in line ${place.line}, column ${place.column}`, {
      cause,
      place,
    });
  }
  throw corrupt(file, 'The file is not a JSON object');
}

/** Branch names go into Git's arguments and into commands that people are told to run. */
function sound(meta: MissionMeta, file: string): MissionMeta {
  for (const key of ['target_branch', 'merge_target_branch'] as const) {
    const branch: unknown = meta[key];
    if (branch === undefined || branch === null || branch === '') continue;
    if (typeof branch === 'string' && isBranchName(branch)) continue;
    throw new Fault('refused', 'META_CORRUPT', `${key} is not the name of a branch: ${file}`, {
      hints: ['Correct it by hand, or restore the file from Git history.'],
      details: { file, key },
    });
  }
  return meta;
}

/** Two clones have merged the mission, each with a number and a commit of its own; what the log says is joined. */
function conflicted(file: string): Fault {
  const folder = file.slice(0, file.lastIndexOf('/'));
  const handle = folder.slice(folder.lastIndexOf('/') + 1);
  return new Fault('refused', 'META_CORRUPT', `A merge left a conflict in the file: ${file}`, {
    hints: [
      `In the root of the repository, keep your side with \`git checkout --ours -- ${shellWord(file)}\`, or the other side with \`git checkout --theirs -- ${shellWord(file)}\`.`,
      `Once the log has no conflict either, run \`spec-kitty agent status materialize --mission ${shellWord(handle)}\`, then \`git add -- ${shellWord(folder)}\` and \`git commit\`.`,
    ],
    details: { file },
  });
}

function corrupt(
  file: string,
  problem: string,
  { cause, place }: { readonly cause?: unknown; readonly place?: Place } = {},
): Fault {
  return new Fault('refused', 'META_CORRUPT', `${problem}: ${file}`, {
    hints: ['Repair it by hand, or restore it from Git history.'],
    details: { file, ...place },
    cause,
  });
}
