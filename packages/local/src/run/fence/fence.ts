import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import { type FenceStep, fenceSteps, wholeFolders } from '@spec-kitty/core/run/fence/fence-steps';
import { programOnPath } from '../../process/program-on-path.ts';
import { runProcess } from '../../process/run-process.ts';
import type { Repository } from '../../repository/repository.ts';
import { bubblewrapWords } from './bubblewrap.ts';
import { type FencedAgent, fencedPlace } from './fenced-place.ts';
import { landlockWords } from './landlock.ts';

/** What keeps an agent from writing elsewhere, best first. */
export type FenceKind = 'bubblewrap' | 'landlock';

/** What there is on this machine, with one sentence for people. */
export interface FenceState {
  readonly kind: FenceKind | 'none';
  readonly says: string;
}

/** How an agent is started with a fence around it. */
export interface Fenced {
  readonly state: FenceState;
  /** Go before the words of the agent; none where there is no fence. */
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const PROBE_MS = 5000;
const KINDS: readonly FenceKind[] = ['bubblewrap', 'landlock'];

const SAYS: Readonly<Record<FenceKind, string>> = {
  bubblewrap:
    'Fenced by bubblewrap: agents write only to their worktree, to what a commit there changes in Git, to their own folders, to caches and to temporary files. What they ask other programs for, over a network or a socket, is not fenced.',
  landlock:
    'Fenced by Landlock: agents write only to their worktree, to what a commit there changes in Git, to their own folders, to caches and to temporary files. The branches of other lanes and all objects of Git are not kept from them, nor are permissions of files, nor what they ask other programs for.',
};

/** Keeps agents of one run from writing where they have no business; finds out once by what. */
export class Fence {
  readonly #repository: Repository;
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #kinds: readonly FenceKind[];
  #found: Promise<Found> | undefined;

  /** @param kinds those that may be used, all of them unless given. */
  constructor(
    repository: Repository,
    env: Readonly<Record<string, string | undefined>>,
    kinds: readonly FenceKind[] = KINDS,
  ) {
    this.#repository = repository;
    this.#env = env;
    this.#kinds = kinds;
  }

  async state(): Promise<FenceState> {
    const { kind, says } = await this.#find();
    return { kind, says };
  }

  /** What is around an agent that works in a place. */
  async stateAt(workspace: string): Promise<FenceState> {
    const state = await this.state();
    const isOpen = state.kind === 'landlock' && workspace === this.#repository.primary;
    return isOpen ? UNFENCED_PRIMARY : state;
  }

  /** The fence around an agent. @throws as the file system does, where its folders cannot be prepared. */
  async around(agent: FencedAgent): Promise<Fenced> {
    const { kind, says, program } = await this.#find();
    const state: FenceState = { kind, says };
    if (kind === 'none') return { state, words: [], env: agent.env };
    const place = fencedPlace(this.#repository, agent);
    const steps = fenceSteps(place);
    const env = withSettings(agent.env);
    if (kind === 'bubblewrap') return { state, words: bubblewrapWords(program, steps, agent.workspace), env };
    const paths = wholeFolders(steps, place.worktree);
    if (paths === undefined) return { state: UNFENCED_PRIMARY, words: [], env };
    return { state, words: landlockWords(program, paths), env: withTemp(env, agent.folder, paths) };
  }

  #find(): Promise<Found> {
    this.#found ??= findFence(this.#env, this.#kinds);
    return this.#found;
  }
}

const UNFENCED_PRIMARY: FenceState = {
  kind: 'none',
  says: 'Not fenced: Landlock cannot keep the Git directory from whoever works in the primary checkout.',
};

interface Found extends FenceState {
  readonly program: string;
}

async function findFence(
  env: Readonly<Record<string, string | undefined>>,
  kinds: readonly FenceKind[],
): Promise<Found> {
  const why: string[] = [];
  if (process.platform !== 'linux')
    return { kind: 'none', program: '', says: 'Not fenced: there is a fence for Linux only.' };
  for (const kind of kinds) {
    const program = programOnPath(kind === 'bubblewrap' ? 'bwrap' : 'perl', env);
    const trouble =
      program === undefined
        ? `${kind === 'bubblewrap' ? 'bubblewrap' : 'Perl, which Landlock needs,'} is not installed`
        : await troubleOf(kind, program, env);
    if (program !== undefined && trouble === undefined) return { kind, program, says: SAYS[kind] };
    why.push(trouble ?? '');
  }
  const reasons = why.length === 0 ? 'it is switched off' : why.join('; ');
  return {
    kind: 'none',
    program: '',
    says: `Not fenced: ${reasons}. What is changed elsewhere is looked for and reported.`,
  };
}

/** Has a fenced command write at two places, of which it may write at one; `undefined` where it does just that. */
async function troubleOf(
  kind: FenceKind,
  program: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'spec-kitty-fence-')));
  try {
    const [open, closed] = [path.join(folder, 'open'), path.join(folder, 'closed')];
    for (const one of [open, closed]) mkdirSync(one);
    const steps: readonly FenceStep[] = [{ path: open, may: 'write', firm: false }];
    const words =
      kind === 'bubblewrap' ? bubblewrapWords(program, steps, open) : landlockWords(program, [open]);
    const script = '(: > "$1"); (: > "$2") 2>/dev/null; exit 0';
    const argv = [...words, '/bin/sh', '-c', script, 'sh', path.join(open, 'x'), path.join(closed, 'x')];
    const ran = await runProcess({ argv, cwd: folder, env, timeoutMs: PROBE_MS });
    const said = ran.stderr.trim().split('\n').at(-1) ?? '';
    if (existsSync(path.join(closed, 'x'))) return `${kind} keeps nothing from being written here`;
    if (ran.exitCode === 0 && existsSync(path.join(open, 'x'))) return undefined;
    return `${kind} does not work here${ran.timedOut ? ' within 5 s' : said === '' ? '' : ` (${said})`}`;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return `${kind} does not work here (${error.message})`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What Git would do by the way, and may not: it cleans up, and remembers resolutions for everybody. */
const SETTINGS: readonly (readonly [string, string])[] = [
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['rerere.enabled', 'false'],
];

function withSettings(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const first = Number(env['GIT_CONFIG_COUNT'] ?? 0) || 0;
  const settings = SETTINGS.flatMap(([key, value], at): readonly (readonly [string, string])[] => [
    [`GIT_CONFIG_KEY_${first + at}`, key],
    [`GIT_CONFIG_VALUE_${first + at}`, value],
  ]);
  return { ...env, ...Object.fromEntries(settings), GIT_CONFIG_COUNT: String(first + SETTINGS.length) };
}

/** A temporary folder of its own where the usual one holds the repository, and so is closed. */
function withTemp(
  env: Readonly<Record<string, string>>,
  folder: string,
  open: readonly string[],
): Readonly<Record<string, string>> {
  const usual = env['TMPDIR'] ?? '/tmp';
  if (existsSync(usual) && open.includes(realpathSync(usual))) return env;
  const own = path.join(folder, 'tmp');
  mkdirSync(own, { recursive: true });
  return { ...env, TMPDIR: own };
}
