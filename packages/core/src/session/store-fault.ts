import { Fault } from '../fault.ts';
import type { StoredSession, StoreFault } from './stored-session.ts';

/** Said of a session that is there, and was sealed for a login before the one that `state.json` counts. */
export const OUTDATED =
  'a session is there, and is older than the last login or logout that is counted, as after a logout that was ' +
  'interrupted or with a backup that was put back';

/** Said where no session is, of a login that is counted and that nobody has ended. */
export const GONE = 'the file of the login is gone, which nobody here has ended';

/** What is wrong with a store, in words; not one of them is a logout. */
export function explainStoreFault(fault: StoreFault): string {
  switch (fault.kind) {
    case 'unreadable':
      return fault.why === 'permission' ? 'it may not be read' : 'the disk does not give it';
    case 'insecure':
      return INSECURE[fault.why];
    case 'corrupt':
      return CORRUPT[fault.why];
    case 'wrong_key':
      return KEY[fault.why];
    case 'unsupported_version':
      return `it is of version ${fault.version}, which this program does not know`;
  }
}

const INSECURE: Readonly<Record<Extract<StoreFault, { kind: 'insecure' }>['why'], string>> = {
  mode: 'others may read or change it',
  owner: 'it belongs to another user',
  not_a_plain_file: 'something else is in its place',
  hard_link: 'it has a second name',
  too_large: 'it is larger than any session',
};

const KEY: Readonly<Record<Extract<StoreFault, { kind: 'wrong_key' }>['why'], string>> = {
  other: 'it was written with another key than the one that is there',
  missing: 'the file of its key is missing',
  cut_short: 'the file of its key is cut short',
  too_long: 'the file of its key is longer than a key',
};

const CORRUPT: Readonly<Record<Extract<StoreFault, { kind: 'corrupt' }>['why'], string>> = {
  json: 'it is no JSON document',
  schema: 'parts of it are missing',
  tag: 'its contents were changed',
};

/** Said wherever a session cannot be used. */
const SEE_DOCTOR = 'Run `spec-kitty auth doctor` to see what mends it.';

/** What helps against what a later version has written. */
export const UPGRADE = 'Upgrade spec-kitty: a newer version has written it.';

/** What to do about a session that cannot be used. */
export function storeHints(fault: StoreFault): readonly string[] {
  if (!isReplacedByLogin(fault)) return [SEE_DOCTOR];
  if (/[/\\]server\.json$/.test(fault.path))
    return [SEE_DOCTOR, 'Name the server once more: `spec-kitty auth login --server <url>`.'];
  if (fault.kind === 'unsupported_version') return [UPGRADE];
  return [
    SEE_DOCTOR,
    'Log in again with `spec-kitty auth login --force`; what can be read is revoked, the rest is kept aside.',
  ];
}

/** Whether a login puts the file of a fault aside and makes a new one; folders and locks are never replaced. */
export function isReplacedByLogin({ path }: StoreFault): boolean {
  return /(?:^|[/\\])(?:session\.json|state\.json|server\.json|key)$/.test(path);
}

/** Whether a reading is a fault of the store. */
export function isStoreFault(stored: StoredSession): stored is StoreFault {
  return stored.kind !== 'ok' && stored.kind !== 'absent' && stored.kind !== 'ended';
}

/** Tells of a session that is there and cannot be used, or that is not there right after it was stored. */
export function storeFault(stored: StoredSession, folder: string): Fault {
  if (!isStoreFault(stored))
    return new Fault(
      'refused',
      'SESSION_NOT_STORED',
      `Another process has ended this login already: ${folder}`,
      {
        hints: ['Run `spec-kitty auth status` to see what holds.'],
      },
    );
  return new Fault(
    'refused',
    'SESSION_UNUSABLE',
    `The stored session cannot be used, since ${explainStoreFault(stored)}: ${stored.path}`,
    {
      hints: storeHints(stored),
      details: { store_fault: stored.kind, path: stored.path },
    },
  );
}
