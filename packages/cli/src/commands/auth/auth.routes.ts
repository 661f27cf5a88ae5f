import { parseStuckThreshold, STUCK_THRESHOLD_S } from '@spec-kitty/core/auth-doctor/stuck-threshold';
import { command, group } from '../../command/build.ts';
import { filled, jsonFlag, optionalText, switchFlag } from '../../command/flags.ts';
import type { authDoctor } from './auth-doctor.ts';
import type { login } from './login.ts';
import type { logout } from './logout.ts';
import type { authStatus } from './auth-status.ts';
import type { whoami } from './whoami.ts';

const serverFlag = {
  ...optionalText('Address of the server', 'URL'),
  parse: filled('the address of a server'),
};

/** `spec-kitty auth …`: one login of this user for all checkouts and processes. */
export const authRoutes = group('Log in to a Teamspace server, and see who is logged in', {
  login: command<Parameters<typeof login>[0], []>({
    brief: 'Log in to a Teamspace server',
    details:
      'Opens a page of the server in a browser; with --headless a browser on any other machine does, and no port is ' +
      'opened here. The server is that of --server, else of SPEC_KITTY_SAAS_URL, else of `server_url` under `[sync]` ' +
      'in config.toml, else of the last login. The login before stays until the new one is stored. No password is ' +
      'ever asked for here.',
    examples: [
      'spec-kitty auth login --server https://team.example',
      'spec-kitty auth login --headless',
      'spec-kitty auth login --force',
    ],
    parameters: {
      flags: {
        headless: switchFlag('Show a code to be typed in a browser on another machine'),
        force: switchFlag('Log in again, in the place of a login that works'),
        server: serverFlag,
        json: jsonFlag,
      },
      aliases: { f: 'force' },
    },
    load: async () => (await import('./login.ts')).login,
  }),
  logout: command<Parameters<typeof logout>[0], []>({
    brief: 'Log out of the server',
    details:
      'Ends the login of this machine in whatever state it is, then asks the server to forget it. Only what the server ' +
      'confirmed is called confirmed; the login here is over either way. Also what cannot be used any more, as others may have read it, is given back to the server; what cannot be read is kept aside until the next logout. ' +
      'Without --server it is the login that commands use; logins at other servers stay, and are named.',
    examples: [
      'spec-kitty auth logout',
      'spec-kitty auth logout --server https://team.example',
      'spec-kitty auth logout --force',
    ],
    parameters: {
      flags: { force: switchFlag('Do not ask the server'), server: serverFlag, json: jsonFlag },
      aliases: { f: 'force' },
    },
    load: async () => (await import('./logout.ts')).logout,
  }),
  status: command<Parameters<typeof authStatus>[0], []>({
    brief: 'Show who is logged in, where, and for how long',
    details:
      'Asks no server and changes nothing. Exits 0 whatever it shows. Without --server it is the login that commands ' +
      'use; logins at other servers are named.',
    examples: [
      'spec-kitty auth status',
      'spec-kitty auth status --server https://team.example',
      'spec-kitty auth status --json',
    ],
    parameters: { flags: { server: serverFlag, json: jsonFlag } },
    load: async () => (await import('./auth-status.ts')).authStatus,
  }),
  whoami: command<Parameters<typeof whoami>[0], []>({
    brief: 'Print the email address of who is logged in',
    details: 'Asks no server. Prints nothing and exits 1 where nobody is.',
    examples: ['spec-kitty auth whoami'],
    parameters: { flags: { json: jsonFlag } },
    load: async () => (await import('./whoami.ts')).whoami,
  }),
  doctor: command<Parameters<typeof authDoctor>[0], []>({
    brief: 'Say what is wrong with the login, and what mends it',
    details:
      'Changes nothing and asks nobody but the ports 9400 to 9449 of this machine, where daemons of the predecessor ' +
      'listen, for a second at most. --unstick-lock releases the lock of refreshes if it is held for too long and its ' +
      'holder is not seen to run. --reset takes away sessions that were put aside and that nobody can open; it and --force say which daemons ' +
      'are left over, of which this version ends none, and the login is left alone, here and at its server: `auth logout` ends it. ' +
      '--server asks the server whether the login holds, and may refresh it. Exits 0 unless something critical is ' +
      'found (1), or the look itself fails (2).',
    examples: [
      'spec-kitty auth doctor',
      'spec-kitty auth doctor --server',
      'spec-kitty auth doctor --unstick-lock --stuck-threshold 120',
      'spec-kitty auth doctor --json',
    ],
    parameters: {
      flags: {
        reset: switchFlag('Take away sessions that nobody can open; fail if daemons are left over'),
        force: switchFlag('With --reset: daemons of others, too'),
        unstickLock: switchFlag('Release the lock of refreshes if it is stuck'),
        stuckThreshold: {
          kind: 'parsed',
          brief: 'Age in seconds from which a held lock is stuck',
          placeholder: 'S',
          parse: parseStuckThreshold,
          default: String(STUCK_THRESHOLD_S),
        },
        server: switchFlag('Ask the server whether the login holds'),
        json: jsonFlag,
      },
    },
    load: async () => (await import('./auth-doctor.ts')).authDoctor,
  }),
});
