import { rotateKeys } from '../keys/rotate-keys.ts';
import { administer, nowIso } from './administer.ts';
import { show } from './context.ts';
import { define, groupOf, jsonFlag, type PlaceFlags, placeFlags } from './define.ts';

interface Flags extends PlaceFlags {
  readonly json: boolean;
}

const list = define<Flags, []>({
  brief: 'List the keys that tokens are made with',
  examples: ['spec-kitty teamspace key list'],
  parameters: { flags: { ...placeFlags, json: jsonFlag } },
  async run(flags) {
    const keys = await administer(this, flags, async ({ keyring }) =>
      (await keyring()).keys.map(({ id, createdAt }, at) => ({
        id,
        created_at: createdAt,
        current: at === 0,
      })),
    );
    show(this, flags.json, { keys }, () =>
      keys
        .map((one) => `${one.id}  of ${one.created_at}${one.current ? '  makes new tokens' : ''}`)
        .join('\n'),
    );
  },
});

const rotate = define<Flags & { readonly endSessions: boolean }, []>({
  brief: 'Make a new key for the tokens to come',
  details:
    'A server that runs in this folder takes it up within five seconds. Copy keys.json to all others of the same database: until one has it, it answers 503 to what the new key has made, and programs ask again. --end-sessions is for a key that somebody else may have: it takes every older key out of use, and ends every login, invitation, link and service token.',
  examples: ['spec-kitty teamspace key rotate', 'spec-kitty teamspace key rotate --end-sessions'],
  parameters: {
    flags: {
      ...placeFlags,
      endSessions: {
        kind: 'boolean',
        brief: 'Take older keys out of use, and end every login',
        default: false,
        withNegated: false,
      },
      json: jsonFlag,
    },
  },
  async run(flags) {
    const done = await administer(this, flags, ({ database, folder }) =>
      rotateKeys(database, folder.keys, {
        nowIso: nowIso(this),
        endSessions: flags.endSessions,
      }),
    );
    const document = { current: done.current, retired: done.retired, sessions_ended: done.sessionsEnded };
    show(this, flags.json, document, () =>
      [
        `New tokens are made with ${done.current}; a server in this folder takes it up within five seconds.`,
        'Copy keys.json to every other server of this database now: without it, one puts off what the new key has made.',
        ...(done.retired.length > 0 ? [`Out of use: ${done.retired.join(', ')}.`] : []),
        ...(flags.endSessions
          ? [`${done.sessionsEnded} logins are over, and every invitation, link and service token.`]
          : []),
      ].join('\n'),
    );
  },
});

/** `teamspace key …`. */
export const keyRoutes = groupOf('Administer the keys that tokens are made with', { list, rotate });
