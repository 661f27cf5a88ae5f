import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Listener } from '@spec-kitty/core/auth-doctor/daemon-identity';
import { runProcess } from '../process/run-process.ts';
import { programOnPath } from '../process/program-on-path.ts';

type Owner = Pick<Listener, 'pid' | 'argv'>;

/** Whose the listening ports are, as far as the system tells. */
export interface ListenerProcesses {
  of(port: number): Owner;
  /** Whether the time was enough. */
  readonly isComplete: boolean;
}

interface LookOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly withinMs: number;
}

/** Looks up the processes behind listening ports of this machine; nothing is known on Windows. */
export async function listenerProcesses(
  ports: ReadonlySet<number>,
  options: LookOptions,
): Promise<ListenerProcesses> {
  if (ports.size === 0 || process.platform === 'win32') return listed(new Map(), true);
  return process.platform === 'linux' ? byProc(ports, options.withinMs) : byLsof(ports, options);
}

function listed(owners: ReadonlyMap<number, Owner>, isComplete: boolean): ListenerProcesses {
  return { of: (port) => owners.get(port) ?? { pid: null, argv: null }, isComplete };
}

/** Linux: which sockets listen, then which processes have them open; those of other users stay unknown. */
function byProc(ports: ReadonlySet<number>, withinMs: number): ListenerProcesses {
  const dueMs = performance.now() + withinMs;
  const sockets = new Map(
    ['tcp', 'tcp6'].flatMap((table) => listeningSockets(text(`/proc/net/${table}`) ?? '', ports)),
  );
  const owners = new Map<number, Owner>();
  for (const pid of names('/proc').filter((name) => /^\d+$/.test(name))) {
    if (owners.size === ports.size) break;
    if (performance.now() > dueMs) return listed(owners, false);
    for (const handle of names(`/proc/${pid}/fd`)) {
      const port = sockets.get(link(`/proc/${pid}/fd/${handle}`) ?? '');
      if (port !== undefined && !owners.has(port)) owners.set(port, { pid: Number(pid), argv: argvOf(pid) });
    }
  }
  return listed(owners, true);
}

/** Sockets that listen on one of the ports, as `/proc/<pid>/fd` calls them, of a table like `/proc/net/tcp`. */
export function listeningSockets(
  table: string,
  ports: ReadonlySet<number>,
): readonly (readonly [socket: string, port: number])[] {
  return table.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
    const port = Number.parseInt(local.split(':')[1] ?? '', 16);
    return state === '0A' && ports.has(port) ? [[`socket:[${inode}]`, port] as const] : [];
  });
}

function argvOf(pid: string): readonly string[] | null {
  const words = text(`/proc/${pid}/cmdline`)?.split('\0').slice(0, -1) ?? [];
  return words.length === 0 ? null : words;
}

/** Elsewhere: one call of `lsof` for all ports, and one of `ps` for what it found. */
async function byLsof(
  ports: ReadonlySet<number>,
  { env, withinMs }: LookOptions,
): Promise<ListenerProcesses> {
  const call = async (program: string, ...args: string[]) => {
    const file = programOnPath(program, env);
    if (file === undefined) return undefined;
    const timeoutMs = withinMs / 2;
    const { stdout, timedOut } = await runProcess({ argv: [file, ...args], cwd: '/', env, timeoutMs });
    return timedOut ? undefined : stdout;
  };
  const found = await call('lsof', '-nP', `-iTCP:${[...ports].join(',')}`, '-sTCP:LISTEN', '-Fpn');
  if (found === undefined) return listed(new Map(), false);
  const pids = parseLsof(found);
  const commands =
    pids.size === 0 ? '' : await call('ps', '-ww', '-o', 'pid=,args=', '-p', [...pids.values()].join());
  const owners = [...pids].map(([port, pid]): [number, Owner] => [
    port,
    { pid, argv: commands === undefined ? null : parsePs(commands, pid) },
  ]);
  return listed(new Map(owners), commands !== undefined);
}

/** Processes by port, of `lsof -Fpn`: a line `p<pid>`, and below it a line `n<address>:<port>` for each socket. */
export function parseLsof(output: string): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  let pid = 0;
  for (const line of output.split('\n')) {
    if (line.startsWith('p')) pid = Number(line.slice(1));
    const port = /^n.*:(\d+)$/.exec(line)?.[1];
    if (port !== undefined && pid > 0 && !found.has(Number(port))) found.set(Number(port), pid);
  }
  return found;
}

/** Words of a process in `ps -o pid=,args=`, which shows no bounds between them. */
export function parsePs(output: string, pid: number): readonly string[] | null {
  const line = output.split('\n').find((one) => Number(/^ *(\d+)/.exec(one)?.[1]) === pid);
  const words = line?.replace(/^ *\d+ */, '');
  if (words === undefined || words === '') return null;
  const [, before = words, code, after = ''] = /^(.*?) -c (.*?)((?: --[\w-]+=\S+)*)$/s.exec(words) ?? [];
  return [before, ...(code === undefined ? [] : ['-c', code]), ...after.split(' ').filter(Boolean)];
}

function names(folder: string): readonly string[] {
  return seen(() => readdirSync(folder)) ?? [];
}

function link(file: string): string | undefined {
  return seen(() => readlinkSync(file));
}

function text(file: string): string | undefined {
  return seen(() => readFileSync(file, 'utf8'));
}

/** Processes end while they are looked at, and those of others are not shown. */
function seen<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    // broad-catch: reports what the system does not show of a process as not known, which its reader allows for
    return undefined;
  }
}
