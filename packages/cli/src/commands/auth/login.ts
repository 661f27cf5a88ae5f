import { counted } from '@spec-kitty/core/counted';
import type { DeviceAuthorization } from '@spec-kitty/core/session/device-authorization';
import { chooseServer } from '@spec-kitty/core/login/choose-server';
import type { FinishPorts } from '@spec-kitty/core/login/finish-login';
import { logInByBrowser, logInByDevice } from '@spec-kitty/core/login/log-in';
import { LOGIN_LIMITS } from '@spec-kitty/core/login/login-limits';
import { defaultTeam, isOver, type Session } from '@spec-kitty/core/session/session';
import { listenForCallback } from '@spec-kitty/local/login/callback-server';
import { HttpLoginEndpoint } from '@spec-kitty/local/login/http-login-endpoint';
import { loginSecrets } from '@spec-kitty/local/login/login-secrets';
import { openBrowser } from '@spec-kitty/local/login/open-browser';
import { readConfiguredServer } from '@spec-kitty/local/session/configured-server';
import { readCurrentServer, writeCurrentServer } from '@spec-kitty/local/session/current-server';
import { HttpAccountEndpoint } from '@spec-kitty/local/session/http-account-endpoint';
import { currentServer, userSessionRoot } from '@spec-kitty/local/session/open-session';
import type { AppContext } from '../../context.ts';
import { printable } from '@spec-kitty/core/printable';
import { openKeeper } from './open-keeper.ts';

interface Flags {
  readonly headless: boolean;
  readonly force: boolean;
  readonly server?: string;
  readonly json: boolean;
}

const MINUTE_MS = 60_000;

/** Logs in, unless somebody is logged in there already; what is to be done elsewhere is said on stderr. */
export async function login(this: AppContext, { headless, force, server, json }: Flags): Promise<void> {
  const root = userSessionRoot(this.env);
  const { origin: issuer } = chooseServer({
    '--server': () => server,
    SPEC_KITTY_SAAS_URL: () => this.env['SPEC_KITTY_SAAS_URL'],
    'config.toml': () => readConfiguredServer(root),
    'the last login': () => readCurrentServer(root),
  });
  const keeper = openKeeper(this, issuer);
  const nowMs = () => this.clock.nowMicros() / 1000;
  const { store, endpoint: tokens } = keeper;
  const stored = store.read();
  const isIn = stored.kind === 'ok' && !isOver(stored.session, nowMs());
  const isNew = !isIn || force;
  store.prepare();
  const ports = { store, tokens, accounts: new HttpAccountEndpoint(), lock: keeper.lock() };
  const session = isNew ? await logIn(this, ports, issuer, headless) : stored.session;
  writeCurrentServer(root, issuer);
  const used = currentServer(root, this.env);
  if (used !== undefined && used !== issuer)
    this.stderr(`Warning: SPEC_KITTY_SAAS_URL names another server, which commands go on using: ${used}\n`);
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
