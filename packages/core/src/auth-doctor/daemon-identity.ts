import { isJsonObject, type JsonObject } from '../status/rows/json-value.ts';
import { redact } from '../redact.ts';

/** Ports on which daemons of the predecessor listen: from the first to before the last. */
export const SYNC_PORTS = { from: 9400, before: 9450 } as const;

/** What one port of this machine showed. */
export interface Listener {
  readonly port: number;
  /** `null` where the system does not tell. */
  readonly pid: number | null;
  readonly argv: readonly string[] | null;
  /** Whether it answered by HTTP, and with what; `undefined` where that was no JSON. */
  readonly health: { readonly answered: boolean; readonly body: unknown };
}

/** The daemon that a state file names. */
export interface RecordedDaemon {
  readonly pid: number;
  readonly port: number;
}

/** Whose daemons are one's own. */
export interface DaemonScope {
  /** Folder of this user's files. */
  readonly root: string;
  readonly recorded: RecordedDaemon | null;
  readonly ports: { readonly from: number; readonly before: number };
}

/** Who may end a daemon (A§5.9): a repair, a person who says so, or nobody. */
export type CleanupClass = 'safe_auto' | 'operator_required' | 'never_touch';

/** Who listens on a port, as programs are told. */
export interface DaemonIdentity {
  readonly daemon_family: string;
  readonly pid: number | null;
  readonly port: number;
  readonly protocol_version: number | null;
  readonly package_version: string | null;
  readonly singleton_scope_id: string | null;
  readonly daemon_root: string | null;
  readonly queue_db_path: string | null;
  readonly auth_scope: string | null;
  readonly server_url: string | null;
  readonly owner_present: boolean;
  readonly identity_source: 'health_self_report' | 'cmdline_marker' | 'none';
  readonly executable_summary: string | null;
  readonly spawn_shape_ok: boolean;
  readonly self_report_matches_listener: boolean;
  readonly is_recorded_singleton: boolean;
  readonly cleanup_class: CleanupClass;
  readonly skip_reason: string | null;
}

const ROOT_MARKER = '--spec-kitty-daemon-root=';

/** Says who listens on a port, and who may end it. Nothing secret of what it says, or was started with, is kept. */
export function identifyDaemon(listener: Listener, scope: DaemonScope): DaemonIdentity {
  const { port, pid, argv, health } = listener;
  const said = isJsonObject(health.body) ? health.body : {};
  const owner = isJsonObject(said['owner']) ? said['owner'] : null;
  const seen = look(listener, { said, owner: owner ?? {} }, scope);
  return {
    daemon_family: seen.family,
    pid,
    port,
    protocol_version: numberOf(said, 'protocol_version'),
    package_version: textOf(said, 'package_version'),
    singleton_scope_id: textOf(said, 'singleton_scope_id'),
    daemon_root: seen.root,
    ...ownerOf(owner ?? {}),
    owner_present: owner !== null,
    identity_source: sourceOf(seen),
    executable_summary: argv === null ? null : executableOf(argv),
    spawn_shape_ok: seen.hasShape === true,
    self_report_matches_listener: seen.matches,
    is_recorded_singleton: seen.isRecorded,
    ...classify(listener, seen, scope),
  };
}

/** What a daemon says of itself, and of whom it works for. */
interface SelfReport {
  readonly said: JsonObject;
  readonly owner: JsonObject;
}

function look({ port, pid, argv }: Listener, { said, owner }: SelfReport, { recorded }: DaemonScope): Seen {
  const marker = argv?.find((word) => word.startsWith(ROOT_MARKER));
  return {
    isHealthy: isOurHealth(said),
    family: textOf(said, 'daemon_family') ?? 'sync',
    root: marker === undefined ? null : marker.slice(ROOT_MARKER.length),
    hasShape: argv === null ? null : hasSpawnShape(argv),
    isRecorded: recorded !== null && (pid ?? owner['pid']) === recorded.pid && port === recorded.port,
    matches: agrees(owner['pid'], pid) && agrees(owner['port'], port),
  };
}

/** What is not said contradicts nothing. */
function agrees(said: unknown, seen: number | null): boolean {
  return said === undefined || said === null || said === seen;
}

function ownerOf(owner: JsonObject): Pick<DaemonIdentity, 'queue_db_path' | 'auth_scope' | 'server_url'> {
  return {
    queue_db_path: textOf(owner, 'queue_db_path'),
    auth_scope: textOf(owner, 'auth_scope'),
    server_url: redact(textOf(owner, 'server_url') ?? '') || null,
  };
}

function sourceOf({ isHealthy, root }: Seen): DaemonIdentity['identity_source'] {
  if (isHealthy) return 'health_self_report';
  return root === null ? 'none' : 'cmdline_marker';
}

/** The last part of what was started; nothing else of a command line is shown. */
function executableOf([program = '']: readonly string[]): string | null {
  return program.split(/[/\\]/).at(-1) ?? null;
}

/** What the rows of the table look at. */
interface Seen {
  readonly isHealthy: boolean;
  readonly family: string;
  readonly root: string | null;
  /** `null`: nobody can say. */
  readonly hasShape: boolean | null;
  readonly isRecorded: boolean;
  readonly matches: boolean;
}

type Verdict = Pick<DaemonIdentity, 'cleanup_class' | 'skip_reason'>;

const never = (skip_reason: string): Verdict => ({ cleanup_class: 'never_touch', skip_reason });
const operator = (skip_reason: string): Verdict => ({ cleanup_class: 'operator_required', skip_reason });

/** The table of A§5.9, row by row; the first that fits counts. */
function classify({ port, pid, health }: Listener, seen: Seen, { ports, root }: DaemonScope): Verdict {
  if (port < ports.from || port >= ports.before) return never('out_of_range');
  return notOurs(health.answered, seen) ?? notSafe(pid, seen, root) ?? SAFE;
}

const SAFE: Verdict = { cleanup_class: 'safe_auto', skip_reason: null };

function notOurs(answered: boolean, { isHealthy, family, hasShape }: Seen): Verdict | undefined {
  if (!isHealthy && hasShape !== true) return never(answered ? 'third_party' : 'not_spec_kitty');
  if (hasShape === false) return never('third_party');
  return family === 'sync' ? undefined : never(`${family === 'dashboard' ? 'dashboard' : 'other'}_family`);
}

function notSafe(
  pid: number | null,
  { isRecorded, root, isHealthy, matches }: Seen,
  own: string,
): Verdict | undefined {
  if (isRecorded) return never('is_recorded_singleton');
  if (pid === null) return operator('missing_pid');
  if (root === null) return operator('pre_marker');
  if (root !== own) return operator('cross_root');
  if (!isHealthy) return operator('unresponsive');
  return matches ? undefined : operator('pid_port_mismatch');
}

/** Started as the predecessor starts its daemon: inline code that calls the entry point with a port (A§5.4). */
function hasSpawnShape(argv: readonly string[]): boolean {
  const code = argv[argv.indexOf('-c') + 1] ?? '';
  return argv.includes('-c') && /\brun_sync_daemon\(\s*\d+/.test(code);
}

function isOurHealth(health: JsonObject): boolean {
  return typeof health['protocol_version'] === 'number' && typeof health['package_version'] === 'string';
}

function textOf(from: JsonObject, key: string): string | null {
  const value = from[key];
  return typeof value === 'string' ? value : null;
}

function numberOf(from: JsonObject, key: string): number | null {
  const value = from[key];
  return typeof value === 'number' ? value : null;
}
