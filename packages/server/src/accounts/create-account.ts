import { randomUUID } from 'node:crypto';
import { Fault } from '@spec-kitty/core/fault';
import { sql } from 'kysely';
import { audit } from '../audit/audit.ts';
import type { Rows } from '../database/database.ts';
import { insertTeam } from '../teams/insert-team.ts';
import { cleanName } from './clean-name.ts';
import { emailKey, isEmail } from './email.ts';

/** Somebody who is to get an account. */
export interface NewAccount {
  readonly email: string;
  readonly name: string;
  /** `null` for one who will choose a password by a link. */
  readonly passwordHash: string | null;
}

/**
 * Makes an account with its Private Teamspace, of which every account has exactly one.
 *
 * @returns its id.
 * @throws Fault `EMAIL_INVALID`, `NAME_EMPTY` or `ACCOUNT_EXISTS`.
 */
export async function createAccount(
  rows: Rows,
  actor: string,
  { email, name: given, passwordHash }: NewAccount,
): Promise<string> {
  const name = cleanName(given);
  if (!isEmail(email)) throw refusal('EMAIL_INVALID', `This is no e-mail address: ${email}`);
  if (name === '') throw refusal('NAME_EMPTY', 'A name has at least one character that can be seen.');
  const id = randomUUID();
  const key = emailKey(email);
  const made = await rows
    .insertInto('accounts')
    .values({
      id,
      email: email.trim(),
      email_key: key,
      name,
      password_hash: passwordHash,
    })
    .onConflict((conflict) => conflict.column('email_key').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!made)
    throw refusal('ACCOUNT_EXISTS', `There is an account with this address already: ${email.trim()}`);
  // A server that somebody has an account on is set up.
  const links = rows.updateTable('one_time_links').set({ used_at: sql<Date>`now()` });
  await links.where('purpose', '=', 'set_up').where('used_at', 'is', null).execute();
  await insertTeam(rows, `${name} (private)`, id, { isPrivate: true, slugFrom: key.split('@')[0] ?? name });
  await audit(rows, { actor, accountId: id, action: 'account.created', target: email.trim() });
  return id;
}

function refusal(code: string, message: string): Fault {
  return new Fault('refused', code, message);
}
