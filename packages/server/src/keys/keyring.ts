import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** A key that tokens are made with. It is in no database: who reads or writes one can make no token with that. */
export interface TokenKey {
  readonly id: string;
  readonly secret: Buffer;
  readonly createdAt: string;
}

/** The keys of a server, the newest first: that one makes tokens, and all of them know the ones they made. */
export class Keyring {
  readonly keys: readonly [TokenKey, ...TokenKey[]];

  constructor(keys: readonly [TokenKey, ...TokenKey[]]) {
    this.keys = keys;
  }

  get current(): TokenKey {
    return this.keys[0];
  }

  /** Authenticates bytes by the newest key, for one purpose. */
  mac(purpose: string, ...parts: readonly Buffer[]): Buffer {
    return macBy(this.current, purpose, parts);
  }

  /** The id of the key that made a code, if one of ours did. */
  madeBy(code: Buffer, purpose: string, ...parts: readonly Buffer[]): string | undefined {
    return this.keys.find((key) => isEqual(code, macBy(key, purpose, parts)))?.id;
  }

  /** What is stored in place of a secret that is only ever compared; by every key, the newest first. */
  hashes(purpose: string, secret: string): readonly [Buffer, ...Buffer[]] {
    const [newest, ...others] = this.keys;
    const hash = (key: TokenKey) => macBy(key, purpose, [Buffer.from(secret)]);
    return [hash(newest), ...others.map(hash)];
  }
}

/** Made of nothing but chance. @param nowIso when. */
export function newKey(nowIso: string): TokenKey {
  return { id: randomBytes(6).toString('base64url'), secret: randomBytes(32), createdAt: nowIso };
}

/** What may be told of a key: enough to see that two servers have the same one. */
export function fingerprint({ secret }: TokenKey): Buffer {
  return createHash('sha256').update('fingerprint\0').update(secret).digest();
}

export function isEqual(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

function macBy({ secret }: TokenKey, purpose: string, parts: readonly Buffer[]): Buffer {
  const mac = createHmac('sha256', secret).update(`${purpose}\0`);
  for (const part of parts) mac.update(Buffer.from([part.length >> 8, part.length & 255])).update(part);
  return mac.digest();
}
