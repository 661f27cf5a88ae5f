import type { Session } from './session.ts';

/** Why the last login is over. */
export type EndReason =
  | 'user_logout'
  | 'server_revoked'
  | 'absolute_lifetime'
  | 'invalid'
  /** Rejected by the server, which has most likely rotated it before and whose answer never came. */
  | 'rotation_lost'
  | 'store_fault';

/** A fault of the store, which is not a logout: the login may be whole. */
export type StoreFault =
  | { readonly kind: 'unreadable'; readonly why: 'permission' | 'io'; readonly path: string }
  | {
      readonly kind: 'insecure';
      readonly why: 'mode' | 'owner' | 'not_a_plain_file' | 'hard_link' | 'too_large';
      readonly path: string;
      /** The folder with a login that a link in the place of one leads to. */
      readonly leadsTo?: string;
    }
  | { readonly kind: 'corrupt'; readonly why: 'json' | 'schema' | 'tag'; readonly path: string }
  /** Named by the file of the key, which is what has to be put back. */
  | {
      readonly kind: 'wrong_key';
      readonly why: 'other' | 'missing' | 'cut_short' | 'too_long';
      readonly path: string;
    }
  | { readonly kind: 'unsupported_version'; readonly version: number; readonly path: string };

/** Where a session lies all the same that was sealed for a login before the one that is counted. */
interface MayBeOutdated {
  readonly outdated?: string;
}

/** Where a session should be, of a login that nobody here has ended. */
interface MayBeGone {
  readonly gone?: string;
}

/** What the store of one server has, never a bare nothing (A§2.6). */
export type StoredSession =
  | ({ readonly kind: 'absent' } & MayBeOutdated & MayBeGone)
  | ({ readonly kind: 'ended'; readonly reason: EndReason; readonly atMs: number } & MayBeOutdated)
  | { readonly kind: 'ok'; readonly session: Session; readonly epoch: number }
  | StoreFault;
