import { documentJson } from '@spec-kitty/protocol/canonical-json';
import { parseInstant } from '../parse-instant.ts';
import { mintMissionId } from '../mission/mint-mission-id.ts';
import { isMissionId } from '../mission/resolve-handle.ts';
import { isJsonObject } from '../status/rows/json-value.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A mission as it lies there. */
export interface FoundMission {
  readonly directory: string;
  /** `meta.json`. */
  readonly text: string;
  /** Its log, which may know the id; absent or unreadable counts as empty. */
  readonly log: string;
}

/** What an id is computed from. */
export interface IdSources {
  readonly taken: ReadonlySet<string>;
  /** Hexadecimal digits for a text. */
  readonly digest: (text: string) => string;
}

/**
 * `meta.json` with the id that nothing can be recorded without; `undefined` where it has one, is no object, or has
 * something else in its place.
 *
 * The id is that of the log, else computed from the name and time of creation, so that two clones that upgrade give the
 * mission the same one. A directory that ends in the beginning of an id gets an id that begins so.
 */
export function adoptedMeta({ directory, text, log }: FoundMission, sources: IdSources): string | undefined {
  let meta: unknown;
  try {
    meta = JSON.parse(text);
  } catch {
    // What is wrong with it is said when the mission is opened.
    return undefined;
  }
  if (!isJsonObject(meta)) return undefined;
  if (meta['mission_id'] !== undefined && meta['mission_id'] !== null && meta['mission_id'] !== '')
    return undefined;
  const logged = /"mission_id": ?"([^"]*)"/.exec(log)?.[1];
  const id = isMissionId(logged) ? logged : computedId(directory, meta['created_at'], sources);
  return documentJson({ ...meta, mission_id: id });
}

function computedId(directory: string, created: unknown, { taken, digest }: IdSources): string {
  const given = /-([0-9A-HJKMNP-TV-Z]{8})$/.exec(directory)?.[1];
  const digits = BigInt(`0x${digest(`spec-kitty mission\n${directory}\n${String(created)}`).slice(0, 24)}`);
  const micros = typeof created === 'string' ? parseInstant(created) : undefined;
  const time = base32(BigInt(Math.max(0, Math.floor((micros ?? 0) / 1000))), 10);
  const rest = base32(digits, 18);
  if (given !== undefined && given <= '7ZZZZZZZ') return given + rest;
  return mintMissionId(time + rest.slice(0, 16), taken);
}

/** The last digits of a number. */
function base32(number: bigint, length: number): string {
  let digits = '';
  for (let left = number; digits.length < length; left /= 32n)
    digits = ALPHABET.charAt(Number(left % 32n)) + digits;
  return digits;
}
