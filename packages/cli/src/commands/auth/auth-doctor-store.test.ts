import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { SystemClock } from '@spec-kitty/local/clock/system-clock';
import { FileSessionStore } from '@spec-kitty/local/session/file-session-store';
import { describe, expect, test } from 'vitest';
import { type AuthWorld, authWorld, HAS_BROWSER } from '../../testing/auth-world.ts';

const SKIPPED = HAS_BROWSER ? '' : ' (skipped on Windows: no modes, links or pipes)';

interface Finding {
  readonly id: string;
  readonly summary: string;
  readonly remediation: { readonly command: string | null } | null;
}

interface Report {
  readonly findings: readonly Finding[];
  readonly server_session?: { readonly active: boolean; readonly error: string };
}

async function doctor(world: AuthWorld, argv: readonly string[] = [], env = {}) {
  const { exitCode, stdout, stderr } = await world.run(['auth', 'doctor', '--json', ...argv], env);
  expect(stderr).toBe('');
  return { exitCode, ...(JSON.parse(stdout) as Report) };
}

async function loggedIn(): Promise<AuthWorld> {
  const world = await authWorld();
  await world.logIn();
  return world;
}

/** Does what a finding says, as somebody who copies it. */
async function follow(world: AuthWorld, { remediation }: Finding): Promise<void> {
  const command = remediation?.command ?? '';
  const [program, ...argv] = command.split(' ');
  if (program === 'spec-kitty') expect((await world.run(argv)).exitCode).toBe(0);
  else
    expect(spawnSync('sh', ['-c', command], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
}

/** Something else in the place of a file or folder, which stays beside. */
const NO_FILE: Readonly<Record<string, (file: string) => void>> = {
  'a folder': (file) => {
    rmSync(file, { force: true });
    mkdirSync(file);
    writeFileSync(path.join(file, 'x'), '');
  },
  'a link': (file) => {
    if (existsSync(file)) renameSync(file, `${file} (elsewhere)`);
    else writeFileSync(`${file} (elsewhere)`, '');
    symlinkSync(`${file} (elsewhere)`, file);
  },
  'a link to nothing': (file) => {
    rmSync(file, { recursive: true, force: true });
    symlinkSync('nothing', file);
  },
};
const INSTEAD: typeof NO_FILE = {
  ...NO_FILE,
  'a file': (file) => {
    rmSync(file, { recursive: true, force: true });
    writeFileSync(file, '');
  },
};

describe.runIf(HAS_BROWSER)(`what lies in the place of something else${SKIPPED}`, () => {
  test.each(
    ['refresh.lock', 'refresh-journal.json', 'session.json', 'state.json', '../key'].flatMap((name) =>
      ['a folder', 'a link', 'a link to nothing'].map((what) => [name, what] as const),
    ),
  )('F-009: %s is %s: the advice mends it', async (name, what) => {
    const world = await loggedIn();
    INSTEAD[what]?.(path.join(world.store.folder, name));
    const { exitCode, findings } = await doctor(world);
    expect([exitCode, findings.map(({ id }) => id)]).toEqual([1, ['F-009']]);
    expect(findings[0]?.summary).toContain(path.resolve(world.store.folder, name));
    for (const finding of findings) await follow(world, finding);
    await world.logIn();
    // What no key opens any more was put aside.
    for (const finding of (await doctor(world)).findings) await follow(world, finding);
    expect(await doctor(world)).toMatchObject({ exitCode: 0, findings: [] });
  });

  test.each(
    ['a file', 'a link', 'a link to nothing'].flatMap((what) =>
      [true, false].map((isNamed) => [what, isNamed] as const),
    ),
  )(
    'F-009: the folder of logins is %s, with the server named (%s): the advice mends it',
    async (what, isNamed) => {
      const world = await loggedIn();
      INSTEAD[what]?.(world.root);
      const { exitCode, findings } = await doctor(world, [], isNamed ? {} : { SPEC_KITTY_SAAS_URL: '' });
      expect([exitCode, findings.map(({ id }) => id)]).toEqual([1, ['F-009']]);
      const login = await world.run(['auth', 'login', '--force']);
      expect([login.exitCode, login.stderr]).toEqual([1, expect.stringContaining('[SESSION_UNUSABLE]')]);
      expect(login.stderr).not.toContain('--force');
      expect((await world.run(['auth', 'logout'])).stderr).not.toContain('system refused');
      for (const finding of findings) await follow(world, finding);
      expect(world.store.read().kind).toBe(what === 'a link' ? 'ok' : 'absent');
      await world.logIn();
      expect(await doctor(world)).toMatchObject({ exitCode: 0, findings: [] });
    },
  );

  test.each(['', '..'])('F-009: a folder that others may look into (%s): the advice mends it', async (of) => {
    const world = await loggedIn();
    chmodSync(path.join(world.store.folder, of), 0o750);
    const { findings } = await doctor(world);
    expect(findings.map(({ remediation }) => remediation?.command)).toEqual([
      `chmod 700 ${path.resolve(world.store.folder, of)}`,
    ]);
    for (const finding of findings) await follow(world, finding);
    expect(await doctor(world)).toMatchObject({ exitCode: 0, findings: [] });
  });

  test('a pipe as the environment file of a repository is not waited for', async () => {
    const world = await authWorld();
    mkdirSync(path.join(world.repository.root, '.kittify'), { recursive: true });
    execFileSync('mkfifo', [path.join(world.repository.root, '.kittify/.kitty.env')]);
    expect((await doctor(world)).findings.map(({ id }) => id)).toEqual(['F-001']);
  });
});

/** A login at another server, too, which nobody has to be there for. */
function secondLogin({ store, root }: AuthWorld): string {
  const stored = store.read();
  if (stored.kind !== 'ok') throw new Error(stored.kind);
  const issuer = 'https://second.example';
  new FileSessionStore(root, issuer, Date.now).login({ ...stored.session, issuer });
  return issuer;
}

describe.runIf(HAS_BROWSER)(`the file that names the server${SKIPPED}`, () => {
  const env = { SPEC_KITTY_SAAS_URL: '' };
  const SERVER_FILE: Readonly<Record<string, (file: string) => void>> = {
    ...NO_FILE,
    'a cut off file': (file) => writeFileSync(file, '{"iss'),
    'a file of others, too': (file) => chmodSync(file, 0o644),
  };

  test.each(Object.keys(SERVER_FILE))(
    'F-021: %s: the login goes on, and the advice mends it without another login',
    async (what) => {
      const world = await loggedIn();
      SERVER_FILE[what]?.(path.join(world.root, 'server.json'));
      const { exitCode, findings } = await doctor(world, [], env);
      expect([exitCode, findings.map(({ id }) => id)]).toEqual([0, ['F-021']]);
      expect(findings[0]?.remediation?.command).toBe(`spec-kitty auth login --server ${world.issuer}`);
      for (const finding of findings) await follow(world, finding);
      expect(await doctor(world, [], env)).toMatchObject({ exitCode: 0, findings: [] });
    },
  );

  test.each([
    ['{"iss', 'it is no JSON document'],
    ['{}', 'parts of it are missing'],
    ['{"issuer":"nonsense"}', 'parts of it are missing'],
  ])('F-021: with %s, %s', async (text, why) => {
    const world = await authWorld();
    mkdirSync(world.root, { recursive: true, mode: 0o700 });
    writeFileSync(path.join(world.root, 'server.json'), text, { mode: 0o600 });
    const { findings } = await doctor(world, [], env);
    expect(findings.find(({ id }) => id === 'F-021')?.summary).toContain(`since ${why}: `);
  });

  test('F-021: of two logins none is taken for the one that was meant, and nobody is said to be logged out', async () => {
    const world = await loggedIn();
    const second = secondLogin(world);
    writeFileSync(path.join(world.root, 'server.json'), '');
    const { exitCode, findings } = await doctor(world, [], env);
    expect([exitCode, findings.map(({ id }) => id)]).toEqual([1, ['F-021']]);
    expect(JSON.stringify(findings)).toContain(second);
    const status = await world.run(['auth', 'status'], env);
    expect(status.stdout).toMatch(/^X Session cannot be used: [^]*server\.json[^]*auth login --server <url>/);
    const logout = await world.run(['auth', 'logout'], env);
    expect([logout.exitCode, logout.stderr]).toEqual([1, expect.stringContaining('[SESSION_UNUSABLE]')]);
    expect((await world.run(['auth', 'login', '--server', second], env)).stdout).toMatch(/^\+ Already/);
    expect(await doctor(world, [], env)).toMatchObject({ exitCode: 0, findings: [] });
  });
});

describe.runIf(HAS_BROWSER)(`what is left behind${SKIPPED}`, () => {
  /** Sets the count of logins ahead, as a session from a backup finds it. */
  const countOn = ({ store }: AuthWorld, lastEnd: object | null) =>
    writeFileSync(
      path.join(store.folder, 'state.json'),
      JSON.stringify({ schema_version: 1, epoch: 7, last_end: lastEnd }),
    );

  test.each([
    ['a backup that was put back', null],
    ['a logout that was interrupted', { reason: 'user_logout', at: '2026-01-05T12:00:00Z' }],
  ])('F-001: a session older than the count, as after %s, is told as one', async (_, lastEnd) => {
    const world = await loggedIn();
    countOn(world, lastEnd);
    const file = path.join(world.store.folder, 'session.json');
    const status = await world.run(['auth', 'status']);
    expect(status.stdout).toMatch(/^X Not authenticated\n[^]*older than the last login or logout/);
    expect([status.stdout.includes(file), status.stdout.includes('ended')]).toEqual([true, lastEnd !== null]);
    const json = await world.run(['auth', 'status', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ state: 'not_authenticated', outdated_session: file });
    const { exitCode, findings } = await doctor(world);
    expect([exitCode, findings.map(({ id }) => id)]).toEqual([1, ['F-001']]);
    expect(JSON.stringify(findings)).toContain(file);
    expect(JSON.stringify(findings)).not.toContain('nobody has logged in');
    for (const finding of findings) await follow(world, finding);
    expect(await doctor(world)).toMatchObject({ exitCode: 0, findings: [] });
  });

  test('F-022: a session that was put aside is named, taken away by --reset, and by the next logout', async () => {
    const world = await loggedIn();
    const spoil = async () => {
      writeFileSync(path.join(world.store.folder, 'session.json'), 'spoiled');
      await world.logIn();
    };
    await spoil();
    const { exitCode, findings } = await doctor(world);
    expect([exitCode, findings.map(({ id }) => id)]).toEqual([0, ['F-022']]);
    expect(findings[0]?.summary).toContain(`${world.store.folder}${path.sep}session.json.corrupt-`);
    for (const finding of findings) await follow(world, finding);
    expect(await doctor(world)).toMatchObject({ exitCode: 0, findings: [] });
    await spoil();
    await world.run(['auth', 'logout']);
    expect(readdirSync(world.store.folder).filter((name) => name.includes('corrupt'))).toEqual([]);
  });

  test('F-022: one that a key opens is given back by the advice, and not merely taken away', async () => {
    const world = await loggedIn();
    const file = path.join(world.store.folder, 'session.json');
    copyFileSync(file, `${file}.corrupt-20260105T120000Z`);
    expect((await world.run(['auth', 'doctor', '--reset'])).stdout).toContain('F-022');
    const { findings } = await doctor(world);
    expect(findings.map(({ id }) => id)).toEqual(['F-022']);
    for (const finding of findings) await follow(world, finding);
    expect(world.server.calls('/oauth/revoke')).toHaveLength(1);
    expect(await doctor(world)).toMatchObject({ exitCode: 0, findings: [] });
  });
});

describe.runIf(HAS_BROWSER)(`what else keeps a login from working${SKIPPED}`, () => {
  test('F-019: a state that is gone: the advice mends it', async () => {
    const world = await loggedIn();
    rmSync(path.join(world.store.folder, 'state.json'));
    const { exitCode, findings } = await doctor(world);
    expect([exitCode, findings.map(({ id }) => id)]).toEqual([0, ['F-019']]);
    for (const finding of findings) await follow(world, finding);
    expect(await doctor(world)).toMatchObject({ exitCode: 0, findings: [] });
  });

  test.each(['http://team.example', 'nonsense', 'https://ada:secret-canary@team.example'])(
    'F-020: SPEC_KITTY_SAAS_URL is %s, without a login and with one',
    async (url) => {
      const world = await authWorld();
      const told = async () => {
        const { findings } = await doctor(world, [], { SPEC_KITTY_SAAS_URL: url });
        expect(JSON.stringify(findings)).not.toContain('canary');
        return findings.map(({ id }) => id);
      };
      expect(await told()).toEqual(['F-001', 'F-020']);
      await world.logIn();
      expect(await told()).toEqual(['F-020']);
    },
  );

  test('F-001: a login whose file is gone is no login that there never was', async () => {
    const world = await loggedIn();
    const file = path.join(world.store.folder, 'session.json');
    rmSync(file);
    const { stdout } = await world.run(['auth', 'doctor']);
    expect(stdout).toContain(
      `the file of the login is gone, which nobody here has ended (${file}); what the server keeps of it can be ended at ${world.issuer} alone (on /sessions, if that is a Teamspace); log in`,
    );
    expect((await world.run(['auth', 'status'])).stdout).toContain(`Gone  ${file}`);
    const status = await world.run(['auth', 'status', '--json']);
    expect(JSON.parse(status.stdout)).toMatchObject({ state: 'not_authenticated', missing_session: file });
    expect((await world.run(['auth', 'logout'])).stdout).toBe(
      `i Not logged in.\n! It may still hold at the server, until it is ended there; a Teamspace has a page for that: ${world.issuer}/sessions\n`,
    );
  });

  test.skipIf(process.geteuid?.() !== 0)(
    'F-009: a folder of Spec Kitty that others may change, and a config.toml of somebody else, choose no server (skipped unless root)',
    async () => {
      const world = await loggedIn();
      const home = path.dirname(world.root);
      const config = path.join(home, 'config.toml');
      const logIn = () => world.run(['auth', 'login', '--force'], { SPEC_KITTY_SAAS_URL: '' });
      const mend = async (told: string) => {
        const { exitCode, findings } = await doctor(world);
        expect([exitCode, findings.map(({ id }) => id)]).toEqual([1, ['F-009']]);
        expect(findings[0]?.summary).toMatch(new RegExp(`${told}$`));
        const { exitCode: refused, stderr } = await logIn();
        expect([refused, stderr]).toEqual([1, expect.stringContaining('[CONFIG_EXPOSED]')]);
        expect(stderr).toContain(`Run \`${findings[0]?.remediation?.command}\``);
        for (const finding of findings) await follow(world, finding);
      };
      writeFileSync(config, '[sync]\nserver_url = "http://127.0.0.1:9"\n');
      chownSync(config, 1000, 1000);
      chmodSync(home, 0o777);
      await mend(`others may change it: ${home}`);
      await mend(`belongs to another user: ${config}`);
      writeFileSync(config, '', { mode: 0o644 });
      chmodSync(config, 0o666);
      await mend(`others may change it: ${config}`);
      chmodSync(home, 0o755);
      expect((await logIn()).exitCode).toBe(0);
      expect(await doctor(world)).toMatchObject({ exitCode: 0, findings: [] });
    },
  );

  test.each([
    ['no TOML', '[sync\n'],
    ['no text', '[sync]\nserver_url = 7\n'],
    ['no server', '[sync]\nserver_url = "http://team.example"\n'],
  ])('F-020: config.toml is or names %s', async (_, text) => {
    const world = await authWorld();
    mkdirSync(path.dirname(world.root), { recursive: true });
    writeFileSync(path.join(path.dirname(world.root), 'config.toml'), text);
    const { exitCode, findings } = await doctor(world);
    expect([exitCode, findings.map(({ id }) => id)]).toEqual([1, ['F-001', 'F-020']]);
    expect(findings[1]?.summary).toContain('config.toml');
  });

  test.each(['refresh.lock', 'refresh-journal.json'])(
    'R-10: with something else in the place of %s, --server says that it could not ask',
    async (name) => {
      const clock = new SystemClock();
      let aheadMs = 0;
      const world = await authWorld({ nowMicros: () => clock.nowMicros() + aheadMs * 1000 });
      await world.logIn();
      rmSync(path.join(world.store.folder, name), { force: true });
      mkdirSync(path.join(world.store.folder, name));
      aheadMs = 3_600_000;
      const { exitCode, findings, server_session: server } = await doctor(world, ['--server']);
      expect([exitCode, findings.map(({ id }) => id), server?.active]).toEqual([1, ['F-009'], false]);
      expect(server?.error).toContain(path.join(world.store.folder, name));
      expect(server?.error).not.toMatch(/EISDIR|undefined/);
      expect(readFileSync(path.join(world.store.folder, 'session.json'), 'utf8')).toContain('ciphertext');
    },
  );
});
