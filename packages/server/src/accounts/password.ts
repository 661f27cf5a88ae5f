import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { Fault } from '@spec-kitty/core/fault';

/** As strong as OWASP's first choice for scrypt, with a quarter of its memory: 32 MiB for each. */
const COST = { N: 2 ** 15, r: 8, p: 3 } as const;
const BYTES = 32;

/** Shorter ones are guessed; longer ones are somebody's attempt to keep the server busy. */
export const PASSWORD_LENGTH = { least: 12, most: 256 } as const;

/** More at once would take the memory of the server, and gain nothing on its cores. */
const AT_ONCE = 2;

/** Whoever comes after so many would wait longer than a browser does. */
const LONGEST_QUEUE = 40;

let running = 0;
const waiting: (() => void)[] = [];

/** @throws Fault `SERVER_BUSY`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64'), hash.toString('base64')].join('$');
}

/**
 * Compares a password with what is stored.
 *
 * @param stored `null` for an account that there is not, or that has no password: the answer takes as long.
 * @throws Fault `SERVER_BUSY`.
 */
export async function isPassword(password: string, stored: string | null): Promise<boolean> {
  const [, n, r, p, salt, hash] = (stored ?? NEVER).split('$');
  const cost = { N: Number(n), r: Number(r), p: Number(p) };
  const derived = await derive(password, Buffer.from(salt ?? '', 'base64'), cost);
  return timingSafeEqual(derived, Buffer.from(hash ?? '', 'base64')) && stored !== null;
}

/** Hash of nothing that can be typed. */
const NEVER = [
  'scrypt',
  COST.N,
  COST.r,
  COST.p,
  Buffer.alloc(16).toString('base64'),
  Buffer.alloc(BYTES).toString('base64'),
].join('$');

async function derive(
  password: string,
  salt: Buffer,
  cost: { N: number; r: number; p: number },
): Promise<Buffer> {
  if (running < AT_ONCE) running += 1;
  else if (waiting.length >= LONGEST_QUEUE)
    throw new Fault('busy', 'SERVER_BUSY', 'Too many people sign in at this moment; try again.');
  // Whoever ends hands the place over, so that nobody takes it in between.
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    return await new Promise((resolve, reject) => {
      // Twice what it needs, since the limit is compared with an estimate.
      const maxmem = 256 * cost.N * cost.r;
      scrypt(password.normalize('NFKC'), salt, BYTES, { ...cost, maxmem }, (error, key) =>
        error ? reject(error) : resolve(key),
      );
    });
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}

/** What is wrong with a new password, if anything. @param about words that are too easy to guess for this person. */
export function passwordProblem(password: string, about: readonly string[]): string | undefined {
  const length = Array.from(password).length;
  if (length < PASSWORD_LENGTH.least) return `A password has at least ${PASSWORD_LENGTH.least} characters.`;
  if (length > PASSWORD_LENGTH.most) return `A password has at most ${PASSWORD_LENGTH.most} characters.`;
  const lower = password.toLowerCase();
  if (new Set(lower).size < 4) return 'This password repeats itself.';
  return about.some((word) => word.length > 3 && lower.replaceAll(word.toLowerCase(), '').length < 6)
    ? 'This password is made of your own name or address.'
    : undefined;
}
