import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { holderRecord } from '@spec-kitty/local/lock/process-identity';
import { loadNativeLock } from '@spec-kitty/local/lock/kernel-lock';
import { expect, test } from 'vitest';
import { authWorld, HAS_BROWSER } from '../../testing/auth-world.ts';

const NOBODY = { SPEC_KITTY_SAAS_URL: '' };
const TO_LOG_IN = 'spec-kitty auth login --server <url>';

test('where no server is known, the way in names one; where one is, it need not', async () => {
  const world = await authWorld();
  const doctor = async (env = {}) => (await world.run(['auth', 'doctor'], env)).stdout;
  const status = async (env = {}) => (await world.run(['auth', 'status'], env)).stdout;
  expect(await doctor(NOBODY)).toContain(
    `Run: ${TO_LOG_IN} — nobody has logged in here; log in at your server, as none is named here\n`,
  );
  expect(await status(NOBODY)).toBe(`X Not authenticated\nRun \`${TO_LOG_IN}\` to log in.\n`);
  expect(await doctor()).toContain('Run: spec-kitty auth login — nobody has logged in here; log in\n');
  expect(await status()).toBe('X Not authenticated\nRun `spec-kitty auth login` to log in.\n');

  mkdirSync(path.dirname(world.root), { recursive: true });
  writeFileSync(
    path.join(path.dirname(world.root), 'config.toml'),
    '[sync]\nserver_url = "https://team.example"\n',
  );
  expect(await doctor(NOBODY)).toContain('Run: spec-kitty auth login — ');
  expect(await status(NOBODY)).toContain('Run `spec-kitty auth login` to log in.\n');
});

test.each([
  ['nonsense', 'it is no address that begins with https:// (or with http:// on this machine)'],
  ['http://team.example', 'tokens are sent by https alone, except to this machine'],
])('A-25: status says that SPEC_KITTY_SAAS_URL is no server: %s', async (url, why) => {
  const world = await authWorld();
  const { exitCode, stdout } = await world.run(['auth', 'status'], { SPEC_KITTY_SAAS_URL: url });
  expect(exitCode).toBe(0);
  expect(stdout).toBe(
    `X Not authenticated\nRun \`${TO_LOG_IN}\` to log in.\n` +
      `! SPEC_KITTY_SAAS_URL names no server that tokens may be sent to, since ${why}: \`unset SPEC_KITTY_SAAS_URL\`, or correct it.\n`,
  );
});

test('a login that comes to nothing leaves no folder behind', async () => {
  const world = await authWorld();
  const { exitCode } = await world.run(['auth', 'login', '--server', 'http://127.0.0.1:1']);
  expect(exitCode).toBe(1);
  expect(existsSync(path.dirname(world.root))).toBe(false);
});

test('auth doctor --force means nothing without --reset', async () => {
  const world = await authWorld();
  const { exitCode, stderr } = await world.run(['auth', 'doctor', '--force']);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr: expect.stringContaining('--force goes with --reset alone. [USAGE_ERROR]'),
  });
  expect(stderr).toContain('`spec-kitty auth doctor --reset --force`');
});

test.runIf(HAS_BROWSER)('asked in vain, the doctor does not advise to ask again', async () => {
  const world = await authWorld();
  await world.logIn();
  await world.server.refuseAccess();
  world.proxy.fail('/oauth/token', { kind: 'status', status: 500, body: '' }, 9);
  const { stdout } = await world.run(['auth', 'doctor', '--server']);
  expect(stdout).toContain('F-023: Whether the login holds is not known, as its server was asked in vain');
  expect(stdout).not.toContain('auth doctor --server');
});

test.runIf(HAS_BROWSER && loadNativeLock() !== undefined)(
  'F-013: of a holder on another machine nobody here says that it is gone',
  async () => {
    const world = await authWorld();
    await world.logIn();
    const { bootId: _, ...far } = holderRecord('refresh the session');
    const record = { ...far, pid: 7, host: 'there', bootId: 'another' };
    writeFileSync(path.join(world.store.folder, 'refresh.lock'), JSON.stringify(record), { mode: 0o600 });
    const { exitCode, stdout } = await world.run(['auth', 'doctor']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('State   free, as far as this machine sees; a record was left behind\n');
    expect(stdout).toContain(
      'F-013: The refresh lock has the record of a holder that is not seen from here (process 7 on there)\n',
    );
    expect(stdout).toContain('set SPEC_KITTY_HOME');
  },
);
