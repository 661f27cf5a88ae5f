import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Fault } from '@spec-kitty/core/fault';

/** A key that tokens are made with. It is in no database: who reads or writes one can make no token with that. */
export interface TokenKey {
  readonly id: string;
  readonly secret: Buffer;
  readonly createdAt: string;
}

/**
 * The keys of a server, the newest first: that one makes tokens, and all of them know the ones they made. They change
 * while a server runs.
 */
export class Keyring {
  #keys: readonly TokenKey[];
  #missing: readonly string[] = [];

  constructor(keys: readonly [TokenKey, ...TokenKey[]]) {
    this.#keys = keys;
  }

  /** @throws Fault `KEYS_AWAITED` where none is left that is in use: nothing can be made or judged then. */
  get keys(): readonly [TokenKey, ...TokenKey[]] {
    const [first, ...others] = this.#keys;
    if (!first) throw lacksKeys(this.#missing);
    return [first, ...others];
  }

  /** Ids of keys that other servers make tokens with, and this one does not have. */
  get missing(): readonly string[] {
    return this.#missing;
  }

  get ids(): readonly string[] {
    return this.#keys.map(({ id }) => id);
  }

  /** Puts others in place of those that there were. */
  take(keys: readonly TokenKey[]): void {
    this.#keys = keys;
    this.#missing = [];
  }

  /** Keeps those alone that are in use, which may be none, and notes which are not here. */
  keep(inUse: readonly string[]): void {
    this.#keys = this.#keys.filter(({ id }) => inUse.includes(id));
    this.#missing = inUse.filter((id) => !this.has(id));
  }

  has(id: string): boolean {
    return this.#keys.some((key) => key.id === id);
  }

  /** The same keys, of which a certain one makes tokens. @throws Fault `KEYS_AWAITED` where it is not here. */
  ledBy(id: string): Keyring {
    const first = this.#keys.find((key) => key.id === id);
    if (!first) throw lacksKeys([id]);
    return new Keyring([first, ...this.#keys.filter((key) => key !== first)]);
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

/** For a server that runs: it passes as soon as the file of keys is here, and until then nothing may be refused. */
export function lacksKeys(missing: readonly string[]): Fault {
  return new Fault(
    'busy',
    'KEYS_AWAITED',
    'This server does not have the keys of the others of its database; try again later.',
    {
      hints: ['Copy keys.json from the data folder of one of them.'],
      details: { missing },
    },
  );
}

export function isEqual(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

function macBy({ secret }: TokenKey, purpose: string, parts: readonly Buffer[]): Buffer {
  const mac = createHmac('sha256', secret).update(`${purpose}\0`);
  for (const part of parts) mac.update(Buffer.from([part.length >> 8, part.length & 255])).update(part);
  return mac.digest();
}
