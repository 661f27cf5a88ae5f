import type { Database } from './database/database.ts';
import type { Keyring } from './keys/keyring.ts';
import type { Log } from './log/log.ts';

/** How long things last, in seconds. */
export interface Lifetimes {
  readonly access: number;
  /** Of a refresh token that nobody uses. */
  readonly refresh: number;
  /** Of a login, however much it is used. */
  readonly login: number;
  /** For how long a spent refresh token is taken for that of a slow process, and not for a stolen one. */
  readonly replayWindow: number;
  /** How often a device may ask whether somebody has decided. */
  readonly deviceInterval: number;
}

const DAY = 86_400;

export const LIFETIMES: Lifetimes = {
  access: 3600,
  refresh: 90 * DAY,
  login: 365 * DAY,
  replayWindow: 60,
  deviceInterval: 5,
};

/** What every part of the server works with. Nothing in it is state: that is in the database alone. */
export interface Teamspace {
  readonly database: Database;
  readonly keyring: Keyring;
  /** Takes up keys that have changed; for a server whose keys are in a file. */
  readonly lookAtKeys?: () => Promise<void>;
  /** Origin under which everybody knows the server; also the issuer of its tokens. */
  readonly publicUrl: string;
  readonly lifetimes: Lifetimes;
  /** Of the program. */
  readonly version: string;
  readonly log: Log;
}
