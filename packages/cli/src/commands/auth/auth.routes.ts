import { command, group } from '../../command/build.ts';
import { jsonFlag, optionalText, switchFlag } from '../../command/flags.ts';
import type { login } from './login.ts';
import type { logout } from './logout.ts';
import type { authStatus } from './auth-status.ts';
import type { whoami } from './whoami.ts';

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
        server: optionalText('Address of the server', 'URL'),
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
      'confirmed is called confirmed; the login here is over either way. A session file that cannot be read is kept aside.',
    examples: ['spec-kitty auth logout', 'spec-kitty auth logout --force'],
    parameters: {
      flags: { force: switchFlag('Do not ask the server'), json: jsonFlag },
      aliases: { f: 'force' },
    },
    load: async () => (await import('./logout.ts')).logout,
  }),
  status: command<Parameters<typeof authStatus>[0], []>({
    brief: 'Show who is logged in, where, and for how long',
    details: 'Asks no server and changes nothing. Exits 0 whatever it shows.',
    examples: ['spec-kitty auth status', 'spec-kitty auth status --json'],
    parameters: { flags: { json: jsonFlag } },
    load: async () => (await import('./auth-status.ts')).authStatus,
  }),
  whoami: command<Parameters<typeof whoami>[0], []>({
    brief: 'Print the email address of who is logged in',
    details: 'Asks no server. Prints nothing and exits 1 where nobody is.',
    examples: ['spec-kitty auth whoami'],
    parameters: { flags: { json: jsonFlag } },
    load: async () => (await import('./whoami.ts')).whoami,
  }),
});
