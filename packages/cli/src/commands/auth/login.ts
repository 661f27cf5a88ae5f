import path from 'node:path';
import { counted } from '@spec-kitty/core/counted';
import type { DeviceAuthorization } from '@spec-kitty/core/session/device-authorization';
import { chooseServer } from '@spec-kitty/core/login/choose-server';
import type { FinishPorts } from '@spec-kitty/core/login/finish-login';
import { logInByBrowser, logInByDevice } from '@spec-kitty/core/login/log-in';
import { LOGIN_LIMITS } from '@spec-kitty/core/login/login-limits';
import { defaultTeam, type Session } from '@spec-kitty/core/session/session';
import { listenForCallback } from '@spec-kitty/local/login/callback-server';
import { HttpLoginEndpoint } from '@spec-kitty/local/login/http-login-endpoint';
import { loginSecrets } from '@spec-kitty/local/login/login-secrets';
import { openBrowser } from '@spec-kitty/local/login/open-browser';
import { configFile, namedServers, requireOwnFolder } from '@spec-kitty/local/session/configured-server';
import { writeCurrentServer } from '@spec-kitty/local/session/current-server';
import { HttpAccountEndpoint } from '@spec-kitty/local/session/http-account-endpoint';
import { withoutNewFolders } from '@spec-kitty/local/session/secret-folder';
import { requireRoom } from '@spec-kitty/local/session/session-drafts';
import { currentServer, userSessionRoot } from '@spec-kitty/local/session/open-session';
import type { AppContext } from '../../context.ts';
import { printable } from '@spec-kitty/core/printable';
import { findingSentence, openKeeper, standingOf } from './open-keeper.ts';

interface Flags {
  readonly headless: boolean;
  readonly force: boolean;
  readonly server?: string;
  readonly json: boolean;
}

const MINUTE_MS = 60_000;

/** Logs in, unless somebody is logged in there already, with a login that can be renewed; what is to be done elsewhere is said on stderr. */
export async function login(this: AppContext, { headless, force, server, json }: Flags): Promise<void> {
  const root = userSessionRoot(this.env);
  requireOwnFolder(root);
  const { origin: issuer } = chooseServer(namedServers(root, this.env, server), configFile(root));
  const keeper = openKeeper(this, issuer);
  const { store, endpoint: tokens } = keeper;
  const { state, renewal, stored, findings } = standingOf(this, issuer);
  const isGood = state === 'authenticated' && renewal !== 'lost' && stored.kind === 'ok';
  const isNew = !isGood || force;
  // What is made now is made again once there is something to store: until then somebody may end this, or nobody answer.
  withoutNewFolders([path.dirname(root), root, store.folder], () => {
    store.prepare();
    // Before anybody is shown a page or a code whose login could not be stored.
    if (isNew) requireRoom([root, store.folder]);
  });
  const warn = (sentence: string) => this.stderr(`Warning: ${sentence}\n`);
  const ports = { store, tokens, accounts: new HttpAccountEndpoint(), lock: keeper.lock(), warn };
  if (!isNew && renewal === 'hindered') for (const one of findings) warn(findingSentence(one));
  const session = isNew ? await logIn(this, ports, issuer, headless) : stored.session;
  writeCurrentServer(root, issuer);
  const used = currentServer(root, this.env);
  if (used !== undefined && used !== issuer)
    warn(`SPEC_KITTY_SAAS_URL names another server, which commands go on using: ${used}`);
  const { account } = session;
  const document = { already: !isNew, issuer, user_id: account.userId, email: account.email };
  this.show(json, document, () =>
    isNew
      ? `+ Authenticated as ${account.email}\n${teamLine(session)}`
      : `+ Already logged in as ${account.email}`,
  );
}

function logIn(context: AppContext, ports: FinishPorts, issuer: string, headless: boolean): Promise<Session> {
  const endpoint = new HttpLoginEndpoint(() => context.clock.nowMicros() / 1000);
  const tell = (lines: readonly string[]) => context.stderr(printable(`${lines.join('\n')}\n`));
  if (headless)
    return logInByDevice(
      {
        ...ports,
        endpoint,
        monotonicMs: () => performance.now(),
        pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        show: (device) => tell(deviceLines(device)),
      },
      issuer,
    );
  return logInByBrowser(
    {
      ...ports,
      endpoint,
      listen: listenForCallback,
      secrets: loginSecrets,
      show: (url) => {
        tell(browserLines(url));
        openBrowser(url, context.env);
      },
    },
    issuer,
  );
}

function browserLines(url: string): readonly string[] {
  return [
    'Log in with a browser on this machine. If none opens by itself, open this page:',
    '',
    `  ${url}`,
    '',
    `Waiting for up to ${LOGIN_LIMITS.callback / MINUTE_MS} minutes; Ctrl-C ends this. With a browser on another machine: \`spec-kitty auth login --headless\``,
  ];
}

function deviceLines({ verificationUri, userCode, completeUri, expiresInMs }: DeviceAuthorization) {
  const minutes = Math.max(1, Math.round(Math.min(expiresInMs, LOGIN_LIMITS.device) / MINUTE_MS));
  const wait = counted(minutes, 'minute');
  return [
    'Open this page in any browser and type the code there, if it was you who started this login:',
    '',
    `  Page  ${verificationUri}`,
    `  Code  ${userCode}`,
    ...(completeUri === null ? [] : [`  Or    ${completeUri}`]),
    '',
    `Waiting for up to ${wait}; Ctrl-C ends this.`,
  ];
}

function teamLine(session: Session): string {
  const team = defaultTeam(session);
  return `  ${team?.name ?? ''}${team?.isPrivate ? ' [Private Teamspace]' : ''}`;
}
