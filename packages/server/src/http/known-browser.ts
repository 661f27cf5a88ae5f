import { randomBytes } from 'node:crypto';
import type { Teamspace } from '../teamspace.ts';
import { setCookie } from './browser-session.ts';

const LASTS_S = 365 * 86_400;

/** Whose browser it is, and what makes it a stranger when it changes. */
interface Account {
  readonly id: string;
  readonly passwordHash: string | null;
}

/**
 * Marks a browser as known to an account, until its password is another one: tries from everywhere else, however many
 * they are, do not keep it out (OWASP's device cookies). It signs nobody in.
 *
 * @returns the cookie to set.
 */
export function knowBrowser(teamspace: Teamspace, account: Account): string {
  const name = randomBytes(16);
  const code = teamspace.keyring.mac(PURPOSE, ...parts(name, account));
  return setCookie(
    teamspace,
    'known',
    `${name.toString('base64url')}.${code.toString('base64url')}`,
    LASTS_S,
  );
}

/** @returns what the browser is called that a cookie is of, if the account knows it. */
export function knownAs(
  { keyring }: Teamspace,
  cookie: string | undefined,
  account: Account | undefined,
): string | undefined {
  const [, name, code] = /^([\w-]{22})\.([\w-]{43})$/.exec(cookie ?? '') ?? [];
  if (!account || name === undefined || code === undefined) return undefined;
  const made = keyring.madeBy(
    Buffer.from(code, 'base64url'),
    PURPOSE,
    ...parts(Buffer.from(name, 'base64url'), account),
  );
  return made === undefined ? undefined : name;
}

const PURPOSE = 'known browser';

function parts(name: Buffer, { id, passwordHash }: Account): readonly Buffer[] {
  return [name, Buffer.from(id), Buffer.from(passwordHash ?? '')];
}
