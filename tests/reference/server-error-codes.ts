import type { ErrorCodes } from './error-codes.ts';

/** What the error codes of the server mean, as {@link ERROR_CODES} says it of the command line. */
export const SERVER_ERROR_CODES: ErrorCodes = {
  refused: {
    ACCOUNT_EXISTS: 'teamspace: somebody has an account with this address already.',
    ACCOUNT_UNKNOWN: 'teamspace: nobody has an account with this address.',
    ADDRESS_UNUSABLE: 'teamspace: the machine cannot listen at the address.',
    ALREADY_A_MEMBER: 'teamspace: whoever is invited is in the team already.',
    BACKUP_DAMAGED: 'teamspace: the file is no whole backup.',
    BACKUP_TOO_NEW: 'teamspace: a newer server has made the backup.',
    DATABASE_NOT_EMPTY: 'teamspace: a backup would be put into a database that something is in.',
    DATABASE_UNREACHABLE: 'teamspace: the database cannot be reached, or does not let the server in.',
    DATA_FOLDER_CLOSED: 'teamspace: the user of the embedded database cannot get to its folder.',
    EMAIL_INVALID: 'teamspace: this is no e-mail address.',
    EMBEDDED_DATABASE_FAILED: 'teamspace: the embedded database does not start; what it said is shown.',
    EMBEDDED_DATABASE_MISSING:
      'teamspace: there is no embedded database for this platform, or it is not installed.',
    EMBEDDED_DATABASE_OLD:
      'teamspace: another major version of PostgreSQL has made the embedded database, and is not in its folder any more.',
    FILE_EXISTS: 'teamspace: a backup would overwrite a file.',
    FILE_MISSING: 'teamspace: there is no backup at the path.',
    FOLDER_MISSING: 'teamspace: the folder that a backup should be written into does not exist.',
    INVITATION_GONE:
      'teamspace: the invitation is used, revoked or too old, or whoever made it may not give its role any more.',
    KEYS_DIFFER: 'teamspace: the keys of the data folder are not those of the other servers of the database.',
    KEYS_EXPOSED: 'teamspace: other users of the machine can read the keys that tokens are made with.',
    KEYS_IN_PLACE: 'teamspace: a backup would overwrite other keys.',
    KEYS_OF_OTHERS: 'teamspace: `keys.json` belongs to another user than the server runs as.',
    KEYS_UNREADABLE: 'teamspace: `keys.json` is no file of keys.',
    LAST_OWNER: 'teamspace: a team would be left without an owner.',
    NAME_EMPTY: 'teamspace: a name has no character that can be seen.',
    NOT_A_MEMBER: 'teamspace: the account is not in the team.',
    PORT_TAKEN: 'teamspace: another program listens at the address.',
    ROLE_TOO_HIGH: 'teamspace: somebody would give or take a role above their own.',
    ROLE_TOO_LOW: "teamspace: somebody's role was changed while they did something that it allowed.",
    SCHEMA_FAILED: 'teamspace: PostgreSQL refuses to make the tables of the server.',
    SCHEMA_OLD: 'teamspace: the server has not brought the database to the schema of this program yet.',
    SCOPES_EMPTY: 'teamspace: a token would be good for nothing.',
    SESSION_UNKNOWN: 'teamspace: there is no such session, or it has ended.',
    TEAMSPACE_MISSING:
      'teamspace: there is no server in the folder or database that a command would work with.',
    TEAMSPACE_TOO_OLD:
      'teamspace: a newer server has changed the database, and this one cannot work with it.',
    TEAM_IS_PRIVATE: 'teamspace: nobody joins or leaves a Private Teamspace.',
    TEAM_UNKNOWN: 'teamspace: there is no such team.',
    TOKEN_GONE: 'teamspace: the token is revoked already.',
    TOKEN_UNKNOWN: 'teamspace: there is no such token.',
  },
  usage: {
    DATABASE_URL_INVALID: 'teamspace: this is no address of a PostgreSQL.',
    DATA_FOLDER_UNUSABLE: 'teamspace: the data folder is no folder, and cannot become one.',
    PUBLIC_URL_INVALID: 'teamspace: --public-url is no address that a browser could open.',
    PUBLIC_URL_NEEDED: 'teamspace: nobody can guess the address that others reach the server by.',
  },
  busy: {
    KEYS_AWAITED: 'teamspace: a server that runs lacks a key that others of its database make tokens with.',
    SCHEMA_CHANGED: 'teamspace: a server has changed the schema while a backup was written.',
    SERVER_BUSY: 'teamspace: more people sign in at once than the server can serve in time.',
    TEAMSPACE_RUNNING: 'teamspace: another server or command works with the data folder.',
  },
};
