import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { parseJson } from '@spec-kitty/core/parse-json';
import { isJsonObject } from '@spec-kitty/core/status/rows/json-value';
import { parseSessionDocument, sessionDocument } from '@spec-kitty/core/session/session-document';
import type { Session } from '@spec-kitty/core/session/session';
import type { StoreFault } from '@spec-kitty/core/session/stored-session';
import type { SessionKey } from './session-key.ts';

const VERSION = 3;
const TAG = 16;

/** A session as it is on disk: `session.json` of version 3 (A§2.6). */
export function sealSession(session: Session, epoch: number, { id, key }: SessionKey): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(boundTo(session.issuer, epoch));
  const plain = JSON.stringify(sessionDocument(session));
  const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${JSON.stringify({
    schema_version: VERSION,
    issuer: session.issuer,
    key_id: id,
    epoch,
    nonce: nonce.toString('base64'),
    ciphertext: sealed.toString('base64'),
  })}\n`;
}

/** A session that was opened, or why it cannot be. */
export type Opened = { readonly kind: 'ok'; readonly session: Session; readonly epoch: number } | StoreFault;

/** Opens `session.json` of one server; one that was copied from another server's folder is not opened. */
export function openSession(bytes: Buffer, issuer: string, key: SessionKey, file: string): Opened {
  const envelope = parseJson(bytes.toString('utf8'));
  if (!isJsonObject(envelope)) return { kind: 'corrupt', why: 'json', path: file };
  const { schema_version: version, key_id: keyId, epoch, nonce, ciphertext } = envelope;
  if (typeof version === 'number' && version !== VERSION)
    return { kind: 'unsupported_version', version, path: file };
  if (version !== VERSION || !isEpoch(epoch) || typeof nonce !== 'string' || typeof ciphertext !== 'string')
    return { kind: 'corrupt', why: 'schema', path: file };
  if (keyId !== key.id) return { kind: 'wrong_key', why: 'other', path: file };
  const plain = decrypt(
    { sealed: Buffer.from(ciphertext, 'base64'), nonce: Buffer.from(nonce, 'base64') },
    boundTo(issuer, epoch),
    key,
  );
  if (plain === undefined) return { kind: 'corrupt', why: 'tag', path: file };
  const session = parseSessionDocument(parseJson(plain.toString('utf8')));
  return session?.issuer === issuer
    ? { kind: 'ok', session, epoch }
    : { kind: 'corrupt', why: 'schema', path: file };
}

/** Whether a number can count logins: every other one could not be told from the next. */
export function isEpoch(value: unknown): value is number {
  // One that has no next is none that a login or logout has made.
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) < Number.MAX_SAFE_INTEGER;
}

/** What a session may not be taken out of: its server, and the login that it belongs to. */
function boundTo(issuer: string, epoch: number): Buffer {
  return Buffer.from(`spec-kitty/session/3\n${issuer}\n${epoch}`);
}

function decrypt(
  { sealed, nonce }: { readonly sealed: Buffer; readonly nonce: Buffer },
  bound: Buffer,
  { key }: SessionKey,
): Buffer | undefined {
  if (sealed.length < TAG || nonce.length !== 12) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG })
    .setAAD(bound)
    .setAuthTag(sealed.subarray(-TAG));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, -TAG)), decipher.final()]);
  } catch {
    // broad-catch: reports a tag that does not fit, the only thing that the cipher checks at its end
    return undefined;
  }
}
