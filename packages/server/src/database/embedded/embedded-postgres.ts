import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chownSync,
  closeSync,
  constants,
  existsSync,
  lchownSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Fault } from '@spec-kitty/core/fault';
import { leaveToFolderOwner } from '@spec-kitty/local/files/leave-to-folder-owner';
import { writeAtomically } from '@spec-kitty/local/files/write-atomically';
import { Client, type ClientConfig } from 'pg';
import { freePort } from '../free-port.ts';
import { listeningSettings, type PostgresAddress, postgresAddress } from './postgres-address.ts';
import { whenEnded, whenReady } from './postmaster-file.ts';
import { programOf } from './program-of.ts';
import { type PostgresUser, postgresUserHere } from './postgres-user.ts';

/** The database's name, and that of the user who owns it and is no superuser. */
const NAME = 'teamspace';

/** Longer than the recovery of what a server of this size leaves behind when it is killed. */
const START_MS = 120_000;
const STOP_MS = 30_000;
const LONGEST_LOG = 10 * 1024 * 1024;

/**
 * Runs a program until it ends, or until nobody holds the other end of descriptor 3 any more: a server that was
 * killed leaves no database running behind it.
 */
const KEEPER = '"$@" 3<&- & child=$!; { cat >/dev/null; kill -INT $child; } <&3 2>/dev/null & wait $child';

/** A PostgreSQL of this process's own, in one folder. */
export interface EmbeddedPostgres {
  readonly config: ClientConfig;
  /** Resolves with the end of its log, if it ends before it is told to. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/** How the database of a folder is reached, whoever runs it. @param password of both of its users. */
export function embeddedConfig(folder: string, password: string): ClientConfig {
  const stored = path.join(folder, 'address.json');
  const address: PostgresAddress = existsSync(stored)
    ? JSON.parse(readFileSync(stored, 'utf8'))
    : { kind: 'socket', folder: path.join(folder, 'run') };
  const place =
    address.kind === 'socket' ? { host: address.folder } : { host: '127.0.0.1', port: address.port };
  return { ...place, user: NAME, database: NAME, password };
}

/**
 * Starts the database of a folder, and makes it where there is none.
 *
 * The caller holds the lock of the folder.
 *
 * @param settings of PostgreSQL, beside those that it needs.
 * @param port that it listens on where it needs one; any that is free unless given.
 * @throws Fault `EMBEDDED_DATABASE_MISSING`, `EMBEDDED_DATABASE_OLD` or `EMBEDDED_DATABASE_FAILED`.
 */
export async function startEmbeddedPostgres(
  folder: string,
  password: string,
  settings: Readonly<Record<string, string>> = {},
  port?: number,
): Promise<EmbeddedPostgres> {
  const user = postgresUserHere(folder);
  if (user) requireReachable(path.dirname(folder), user);
  makeOwn(folder, user);
  makeOwn(path.join(folder, 'run'), user);
  const program = programOf(folder);
  makeCluster(folder, program, password, user);
  const address = postgresAddress(process.platform, folder, port ?? (await freePort()));
  const stored = path.join(folder, 'address.json');
  writeAtomically(stored, JSON.stringify(address), { mode: 0o600, staysWithFolder: true, skipEqual: true });
  const before = await whenEnded(folder, STOP_MS);
  const child = launch(folder, program, { ...listeningSettings(address), ...settings }, user);
  const log = path.join(folder, 'postgres.log');
  const exit = new Promise<string>((resolve) => child.once('exit', () => resolve(tailOf(log))));
  const config = embeddedConfig(folder, password);
  try {
    const said = await whenReady(folder, before, exit, START_MS);
    if (said !== undefined) throw failed(said, folder);
    await makeDatabase({ ...config, user: 'postgres', database: 'postgres' }, password);
  } catch (error) {
    await stop(child, exit, folder, program);
    throw error;
  }
  return { config, ended: exit, stop: () => stop(child, exit, folder, program) };
}

/** PostgreSQL does not run as the superuser, so that somebody else has to get there. */
function requireReachable(folder: string, { uid }: PostgresUser): void {
  const parent = path.dirname(folder);
  if (parent !== folder) requireReachable(parent, { uid, gid: uid });
  const facts = statSync(folder);
  if ((facts.mode & 0o001) !== 0 || (facts.uid === uid && (facts.mode & 0o100) !== 0)) return;
  throw new Fault(
    'refused',
    'DATA_FOLDER_CLOSED',
    `PostgreSQL does not run as root, and the user that it runs as (${uid}) cannot get through this folder: ${folder}`,
    {
      hints: [
        'Run the server as another user, or keep its data elsewhere with --data, such as below /var/lib.',
      ],
      details: { folder, uid },
    },
  );
}

/** In a folder of another name until it is whole, so that a kill leaves none that is half made. */
function makeCluster(
  folder: string,
  program: string,
  password: string,
  user: PostgresUser | undefined,
): void {
  const data = path.join(folder, 'data');
  if (existsSync(path.join(data, 'PG_VERSION'))) return;
  const draft = `${data}.new`;
  const secret = path.join(folder, 'initial-password');
  rmSync(draft, { recursive: true, force: true });
  writeFileSync(secret, password, { mode: 0o600 });
  if (user) chownSync(secret, user.uid, user.gid);
  try {
    const { status, stderr, error } = spawnSync(
      path.join(program, 'bin', 'initdb'),
      [
        '-D',
        draft,
        '-U',
        'postgres',
        '--encoding=UTF8',
        '--no-locale',
        '--auth=scram-sha-256',
        `--pwfile=${secret}`,
      ],
      { ...user, cwd: folder, env: environment(program), encoding: 'utf8' },
    );
    if (status !== 0) throw failed(error?.message ?? stderr, folder);
  } finally {
    rmSync(secret, { force: true });
  }
  renameSync(draft, data);
}

function launch(
  folder: string,
  program: string,
  more: Readonly<Record<string, string>>,
  user: PostgresUser | undefined,
): ChildProcess {
  const settings = { max_connections: '100', timezone: 'UTC', log_checkpoints: 'off', ...more };
  const log = openLog(path.join(folder, 'postgres.log'));
  const argv = [
    path.join(program, 'bin', 'postgres'),
    '-D',
    path.join(folder, 'data'),
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ] as const;
  const [command, ...args] =
    process.platform === 'win32' ? argv : (['sh', '-c', KEEPER, 'postgres', ...argv] as const);
  try {
    return spawn(command, args, {
      ...user,
      cwd: folder,
      env: environment(program),
      // A session of its own: Ctrl-C at a terminal is for the server, which ends its database when it is done.
      detached: true,
      stdio: ['ignore', log, log, 'pipe'],
    });
  } finally {
    closeSync(log);
  }
}

async function makeDatabase(config: ClientConfig, password: string): Promise<void> {
  const client = new Client({ ...config, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const secret = client.escapeLiteral(password);
    const { rows: roles } = await client.query('select 1 from pg_roles where rolname = $1', [NAME]);
    await client.query(`${roles.length === 0 ? 'create' : 'alter'} role ${NAME} login password ${secret}`);
    const { rows } = await client.query('select 1 from pg_database where datname = $1', [NAME]);
    if (rows.length === 0) await client.query(`create database ${NAME} owner ${NAME} template template0`);
  } finally {
    await client.end();
  }
}

async function stop(
  child: ChildProcess,
  exit: Promise<string>,
  folder: string,
  program: string,
): Promise<void> {
  const keeping = child.stdio[3];
  if (child.exitCode === null && child.signalCode === null) {
    if (process.platform === 'win32') {
      const data = path.join(folder, 'data');
      spawnSync(path.join(program, 'bin', 'pg_ctl'), ['stop', '-D', data, '-m', 'fast']);
    }
    keeping?.destroy();
    await Promise.race([exit, pause(STOP_MS, undefined, { ref: false })]);
  }
  keeping?.destroy();
}

/** Nothing of the caller's environment: it may name another database, or other libraries. */
function environment(program: string): NodeJS.ProcessEnv {
  return {
    PATH: '/usr/bin:/bin',
    LC_ALL: 'C',
    LD_LIBRARY_PATH: path.join(program, 'lib'),
    DYLD_LIBRARY_PATH: path.join(program, 'lib'),
    ...(process.env['SystemRoot'] !== undefined && { SystemRoot: process.env['SystemRoot'] }),
  };
}

function makeOwn(folder: string, user: PostgresUser | undefined): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (user) lchownSync(folder, user.uid, user.gid);
}

/** What it says is kept over restarts, and does not grow for ever. */
function openLog(file: string): number {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LONGEST_LOG) renameSync(file, `${file}.1`);
  const { O_APPEND, O_CREAT, O_WRONLY } = constants;
  const handle = openSync(file, O_APPEND | O_CREAT | O_WRONLY | (constants.O_NOFOLLOW ?? 0), 0o600);
  leaveToFolderOwner(handle, file);
  return handle;
}

function tailOf(log: string): string {
  return existsSync(log) ? readFileSync(log, 'utf8').slice(-2000) : '';
}

function failed(output: string, folder: string): Fault {
  return new Fault('refused', 'EMBEDDED_DATABASE_FAILED', 'The embedded database did not start.', {
    hints: ['Look at what it said, and at postgres.log in its folder.'],
    details: { output: output.trim(), ...(folder !== '' && { folder }) },
  });
}
