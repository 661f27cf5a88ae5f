import type { Session, Tokens } from '../../session/session.ts';
import type { EndReason, StoredSession } from '../../session/stored-session.ts';

/** A refresh that was begun and whose end nobody has seen. */
export interface UnfinishedRefresh {
  readonly epoch: number;
  readonly sinceMs: number;
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
  /** Begins a new login; the one before is replaced at the end, not removed first. */
  login(session: Session): void;
  /** Stores what a refresh gave, if the login is still `from` in `epoch`; answers whether it was. */
  swap(from: Session, epoch: number, tokens: Tokens): boolean;
  /** Stores a change of the account alone, if the login is still the same one; whatever its tokens are by now. */
  patchAccount(of: Session, change: Partial<Session['account']>): boolean;
  /** Ends a login that the server has rejected, if it still is `session`. */
  end(session: Session, reason: EndReason): boolean;
  /** Ends whatever login there is, readable or not. */
  logout(reason: EndReason): RemovedSession;
  /** Notes that a refresh token is about to be sent. */
  note(session: Session, epoch: number): void;
  forgetNote(): void;
  unfinished(): UnfinishedRefresh | undefined;
}
