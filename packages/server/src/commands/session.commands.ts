import { Fault } from '@spec-kitty/core/fault';
import { audit } from '../audit/audit.ts';
import { endSession } from '../sessions/end-session.ts';
import { sessionsGoingOn } from '../sessions/sessions-going-on.ts';
import { administer, OPERATOR } from './administer.ts';
import { show } from './context.ts';
import { argument, define, groupOf, jsonFlag, type PlaceFlags, placeFlags } from './define.ts';
import { accountOf } from './user.commands.ts';

interface Flags extends PlaceFlags {
  readonly json: boolean;
}

const list = define<Flags, [string?]>({
  brief: 'List the logins of programs that go on',
  examples: ['spec-kitty teamspace session list', 'spec-kitty teamspace session list ada@example.org'],
  parameters: {
    flags: { ...placeFlags, json: jsonFlag },
    positional: {
      kind: 'tuple',
      parameters: [{ ...argument('E-mail address of an account', 'EMAIL'), optional: true }],
    },
  },
  async run(flags, address) {
    const sessions = await administer(this, flags, ({ database }) =>
      database.whole(async (rows) => {
        const all = sessionsGoingOn(rows)
          .innerJoin('accounts', 'accounts.id', 'sessions.account_id')
          .select([
            'sessions.id',
            'email',
            'auth_flow',
            'user_agent',
            'generation',
            'sessions.created_at',
            'rotated_at',
          ])
          .orderBy('rotated_at', 'desc');
        return address === undefined
          ? all.execute()
          : all.where('account_id', '=', (await accountOf(rows, address)).id).execute();
      }),
    );
    show(this, flags.json, { sessions }, () =>
      sessions.length === 0
        ? 'No program is logged in.'
        : sessions
            .map((one) => `${one.id}  ${one.email}  last used ${one.rotated_at.toISOString()}`)
            .join('\n'),
    );
  },
});

const end = define<Flags, [string]>({
  brief: 'End the login of a program',
  examples: ['spec-kitty teamspace session end 0b2c5b1e-7d0e-4f43-9a4e-1f6a9f3f2c11'],
  parameters: {
    flags: { ...placeFlags, json: jsonFlag },
    positional: { kind: 'tuple', parameters: [argument('Id of the session', 'ID')] },
  },
  async run(flags, id) {
    await administer(this, flags, ({ database }) =>
      database.whole(async (rows) => {
        const isId = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(id);
        if (!isId || !(await endSession(rows, id, 'ended_by_operator')))
          throw new Fault('refused', 'SESSION_UNKNOWN', `No login goes on under this id: ${id}`, {
            hints: ['Run `spec-kitty teamspace session list` to see which do.'],
          });
        await audit(rows, {
          actor: OPERATOR,
          action: 'session.ended',
          target: id,
          details: { reason: 'ended_by_operator' },
        });
      }),
    );
    show(this, flags.json, { session_id: id, ended: true }, () => `Ended ${id}.`);
  },
});

/** `teamspace session …`. */
export const sessionRoutes = groupOf('Look at logins, and end them', { list, end });
