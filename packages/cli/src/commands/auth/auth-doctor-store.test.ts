import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { SystemClock } from '@spec-kitty/local/clock/system-clock';
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
const INSTEAD: Readonly<Record<string, (file: string) => void>> = {
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
  'a file': (file) => {
    rmSync(file, { recursive: true, force: true });
    writeFileSync(file, '');
  },
};

describe.runIf(HAS_BROWSER)(`what lies in the place of something else${SKIPPED}`, () => {
  test.each(
    [
      'refresh.lock',
      'refresh-journal.json',
      'session.json',
      'state.json',
      '../key',
      '../server.json',
    ].flatMap((name) => ['a folder', 'a link', 'a link to nothing'].map((what) => [name, what] as const)),
  )('F-009: %s is %s: the advice mends it', async (name, what) => {
    const world = await loggedIn();
    INSTEAD[what]?.(path.join(world.store.folder, name));
    const { exitCode, findings } = await doctor(world);
    expect([exitCode, findings.map(({ id }) => id)]).toEqual([1, ['F-009']]);
    expect(findings[0]?.summary).toContain(path.resolve(world.store.folder, name));
    for (const finding of findings) await follow(world, finding);
    await world.logIn();
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
