import { sql } from 'kysely';
import type { Database } from '../database/database.ts';

/** How much of something anybody may do: so many at once, then one for each so many seconds. */
export interface Allowance {
  readonly name: string;
  readonly atOnce: number;
  readonly everyS: number;
}

/** Tries to sign in at one account from one address; what follows is the lockout. */
export const SIGN_IN: Allowance = { name: 'sign-in', atOnce: 5, everyS: 180 };
/** Tries at one account from anywhere: whoever has many addresses is stopped, too. */
export const SIGN_IN_ACCOUNT: Allowance = { name: 'sign-in-account', atOnce: 50, everyS: 60 };
/** Tries at any account from one address. */
export const SIGN_IN_ADDRESS: Allowance = { name: 'sign-in-address', atOnce: 30, everyS: 20 };
/** Codes of devices that somebody may type wrong. */
export const USER_CODE: Allowance = { name: 'user-code', atOnce: 10, everyS: 60 };
/** Devices that may begin to ask from one address. */
export const DEVICE: Allowance = { name: 'device', atOnce: 30, everyS: 10 };
/** Links that may be opened from one address without one being right. */
export const LINK: Allowance = { name: 'link', atOnce: 20, everyS: 30 };

/**
 * Spends one of an allowance, for whoever `whose` is.
 *
 * @returns in how many seconds there is one to spend again; 0 where there was one now.
 */
export async function spend(
  database: Database,
  { name, atOnce, everyS }: Allowance,
  whose: string,
): Promise<number> {
  const { rows } = await sql<{ spent: number }>`
    insert into allowances as known (bucket, spent) values (${`${name}:${whose}`}, 1)
    on conflict (bucket) do update set
      spent = least(${atOnce + 1}::float8,
        -- A clock that was set back gives nothing, and takes nothing.
        greatest(0, known.spent - greatest(0, extract(epoch from now() - known.updated_at)) / ${everyS}::float8) + 1),
      updated_at = now()
    returning spent`.execute(database.system);
  const over = (rows[0]?.spent ?? 0) - atOnce;
  return over <= 0 ? 0 : Math.ceil(over * everyS);
}

/** Gives back all that was spent, since it was not wasted. */
export async function refund(database: Database, { name }: Allowance, whose: string): Promise<void> {
  await database.system.deleteFrom('allowances').where('bucket', '=', `${name}:${whose}`).execute();
}
