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
    }
  | { readonly kind: 'corrupt'; readonly why: 'json' | 'schema' | 'tag'; readonly path: string }
  | { readonly kind: 'wrong_key'; readonly path: string }
  | { readonly kind: 'unsupported_version'; readonly version: number; readonly path: string };

/** What the store of one server has, never a bare nothing (A§2.6). */
export type StoredSession =
  | { readonly kind: 'absent' }
  | { readonly kind: 'ended'; readonly reason: EndReason; readonly atMs: number }
  | { readonly kind: 'ok'; readonly session: Session; readonly epoch: number }
  | StoreFault;
