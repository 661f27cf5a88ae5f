import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** A Git repository in a temporary folder, with a home and settings of its own. */
export class TempRepository {
  /** Folder of everything: the home, the repository, and whatever a test puts beside them. */
  readonly base: string;
  readonly root: string;
  readonly home: string;
  /** Environment for commands under test: nothing of the machine's but `PATH`, and a state folder below `base`. */
  readonly env: Readonly<Record<string, string>>;

  constructor() {
    this.base = realpathSync(mkdtempSync(path.join(tmpdir(), 'spec-kitty-test-')));
    this.root = path.join(this.base, 'repository');
    this.home = path.join(this.base, 'home');
    mkdirSync(this.root);
    mkdirSync(this.home);
    this.env = hermeticEnvironment(this.base, this.home);
    writeFileSync(path.join(this.home, '.gitconfig'), GLOBAL_SETTINGS);
    this.git('init', '--quiet');
  }

  /** Runs the machine's Git in the repository, hooks and all, and returns its output without the last newline. */
  git(...args: string[]): string {
    const { status, stdout, stderr, error } = spawnSync('git', args, {
      cwd: this.root,
      env: this.env,
      encoding: 'utf8',
    });
    if (error) throw error;
    if (status !== 0) throw new Error(`git ${args.join(' ')} failed with ${status}: ${stderr}`);
    return stdout.replace(/\n$/, '');
  }

  /** Writes files, given by path relative to the repository. */
  write(files: Readonly<Record<string, string>>): void {
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(this.root, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
  }

  /** Text of a file, given by path relative to the repository. */
  read(name: string): string {
    return readFileSync(path.join(this.root, name), 'utf8');
  }

  /** Writes files, commits everything that has changed, and returns the commit. */
  commit(message: string, files: Readonly<Record<string, string>> = {}): string {
    this.write(files);
    this.git('add', '--all');
    this.git('commit', '--quiet', '--allow-empty', '--message', message);
    return this.git('rev-parse', 'HEAD');
  }

  dispose(): void {
    rmSync(this.base, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** Makes a repository that is removed when the running test has finished. */
export function tempRepository(): TempRepository {
  const repository = new TempRepository();
  onTestFinished(() => repository.dispose());
  return repository;
}

const GLOBAL_SETTINGS = `[user]
	name = Test Person
	email = test@example.com
[init]
	defaultBranch = main
	templateDir =
[commit]
	gpgSign = false
[tag]
	gpgSign = false
[core]
	autocrlf = false
[gc]
	auto = 0
`;

function hermeticEnvironment(base: string, home: string): Readonly<Record<string, string>> {
  // Windows does not start programs without SystemRoot.
  const kept = Object.entries(process.env).filter(([name]) => /^(path|systemroot|pathext)$/i.test(name));
  return {
    ...(Object.fromEntries(kept) as Record<string, string>),
    HOME: home,
    USERPROFILE: home,
    XDG_CONFIG_HOME: path.join(home, '.config'),
    TMPDIR: base,
    LC_ALL: 'C',
    TZ: 'UTC',
    GIT_CONFIG_GLOBAL: path.join(home, '.gitconfig'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CEILING_DIRECTORIES: base,
    GIT_TERMINAL_PROMPT: '0',
    // The same content gives the same commit on every run.
    GIT_AUTHOR_DATE: '2026-01-05T10:00:00+00:00',
    GIT_COMMITTER_DATE: '2026-01-05T10:00:00+00:00',
    SPEC_KITTY_STATE_DIR: path.join(base, 'state'),
  };
}
