import { type Keyring, isEqual } from '../keys/keyring.ts';

/** What a token of a login says of itself, before anybody has proved that it may. */
export interface SessionToken {
  readonly kind: 'access' | 'refresh';
  readonly sessionId: string;
  readonly generation: number;
  /** When an access token ends, in whole seconds since the epoch; 0 for a refresh token, whose end its login knows. */
  readonly expiresS: number;
}

const PREFIXES = { access: 'ska_', refresh: 'skr_' } as const;

/** Session, generation, expiry; a code of 32 bytes follows. */
const HEAD_BYTES = 16 + 4 + 5;
/** Whole: another text for the same bytes would be another token. */
const TEXT = /^[\w-]{76}$/;

/**
 * Writes a token: what it is, and a code over that by a key of the server and the salt of its login. Nothing has to be
 * stored to know it again, also long after it was spent.
 */
export function formatToken(token: SessionToken, keyring: Keyring, salt: Buffer): string {
  const head = headOf(token);
  const bytes = Buffer.concat([head, keyring.mac(token.kind, salt, head)]);
  return PREFIXES[token.kind] + bytes.toString('base64url');
}

/** @returns `undefined` for what no server of this kind has ever made. */
export function parseToken(text: string, kind: SessionToken['kind']): SessionToken | undefined {
  const bytes = bytesOf(text, kind);
  if (!bytes) return undefined;
  const hex = bytes.toString('hex', 0, 16);
  return {
    kind,
    sessionId: [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join(
      '-',
    ),
    generation: bytes.readUInt32BE(16),
    expiresS: bytes.readUIntBE(20, 5),
  };
}

/** Whether this server has made a token, by any of its keys. */
export function isAuthentic(text: string, token: SessionToken, keyring: Keyring, salt: Buffer): boolean {
  const bytes = bytesOf(text, token.kind);
  const head = headOf(token);
  if (!bytes || !isEqual(bytes.subarray(0, HEAD_BYTES), head)) return false;
  return keyring.madeBy(bytes.subarray(HEAD_BYTES), token.kind, salt, head) !== undefined;
}

function bytesOf(text: string, kind: SessionToken['kind']): Buffer | undefined {
  const prefix = PREFIXES[kind];
  const rest = text.slice(prefix.length);
  return text.startsWith(prefix) && TEXT.test(rest) ? Buffer.from(rest, 'base64url') : undefined;
}

function headOf({ sessionId, generation, expiresS }: SessionToken): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.write(sessionId.replaceAll('-', ''), 0, 'hex');
  head.writeUInt32BE(generation, 16);
  head.writeUIntBE(expiresS, 20, 5);
  return head;
}
