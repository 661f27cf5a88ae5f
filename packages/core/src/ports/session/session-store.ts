import type { Secret } from '../../session/secret.ts';
import type { Session, Tokens } from '../../session/session.ts';
import type { EndReason, StoredSession } from '../../session/stored-session.ts';

/** A refresh that was begun and whose end nobody has seen. */
export interface UnfinishedRefresh {
  readonly epoch: number;
  /** When the token that was sent was issued: tells it from the one after. */
  readonly issuedAtMs: number;
  readonly sinceMs: number;
  /** What the attempt is called; `null` where an earlier version has begun it. */
  readonly attempt: string | null;
  /** Whether the server has said that it has rotated the token. */
  readonly isSpent: boolean;
}

/** What happened to the files of a login that is over. */
export interface RemovedSession {
  /** Whether there was anything to remove. */
  readonly removed: boolean;
  /** Where a session that could not be read was put, for whoever wants to look at it; `null` where there was none. */
  readonly setAside: string | null;
}

/**
 * The login at one server, on disk, shared by all processes of a user.
 *
 * An epoch counts logins and logouts: a session of an earlier epoch than the store's is over, however late it was written.
 *
 * @throws Fault `READ_ONLY`, `DISK_FULL` or `NOT_A_PLAIN_FILE` wherever something is written.
 */
export interface SessionStore {
  /** Where it is, to be named to people. */
  readonly folder: string;
  read(): StoredSession;
  /**
   * Refresh tokens of all sessions that are on the disk, whoever could have read or made them and whether they hold or not.
   * They are there to be revoked, and for nothing else.
   */
  salvage(): readonly Secret[];
  /** Makes the place of a login, and looks whether one could be stored there, before anything is written. */
  prepare(): void;
  /** Begins a new login; the one before is replaced at the end, not removed first. */
  login(session: Session): void;
  /** Stores what a refresh gave, if the login is still `from` in `epoch`; answers whether it was. */
  swap(from: Session, epoch: number, tokens: Tokens): boolean;
  /** Stores a change of the account alone, if the login is still the same one; whatever its tokens are by now. */
  patchAccount(of: Session, change: Partial<Session['account']>): boolean;
  /** Ends a login that the server has rejected, if it still is `session`. */
  end(session: Session, reason: EndReason): boolean;
  /** Ends whatever login there is, readable or not; of what {@link SessionStore.salvage} gives, nothing is left. */
  logout(reason: EndReason): RemovedSession;
  /** Notes that a refresh token is about to be sent, and by what name of the attempt the server will know it again. */
  note(session: Session, epoch: number, attempt: string): void;
  /** Adds to the note of a token that the server has rotated it. */
  markSpent(session: Session): void;
  forgetNote(): void;
  unfinished(): UnfinishedRefresh | undefined;
}
