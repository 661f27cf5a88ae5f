import { Fault, type FaultOptions } from '@spec-kitty/core/fault';
import { redact } from '@spec-kitty/core/redact';
import { shellWord } from '@spec-kitty/core/shell-word';
import { shownBytes } from '../files/escaped-text.ts';
import { commandIndex } from './neutral-settings.ts';

/** What Git said when it failed. */
export interface GitOutcome {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly stderr: string;
}

/** Oldest version that has all that is used: `merge-tree --write-tree` with messages and stable `--show-scope`. */
const OLDEST_GIT = [2, 39] as const;

/** Explains a failed call: `GIT_FAILED`, or a code of its own where the cause is known. */
export function gitFailure(args: readonly string[], outcome: GitOutcome): Fault {
  const stderr = redact(withoutHints(outcome.stderr));
  const command = redact(['git', ...args].join(' '));
  const details = { command, exit_code: outcome.exitCode ?? null, stderr };
  const lock = lockFileIn(stderr);
  if (lock !== undefined) return locked(lock, details);
  const [, unwritable] = UNWRITABLE.exec(stderr) ?? [];
  if (unwritable !== undefined) return notWritable(unwritable, details);
  const known = KNOWN.find(({ pattern }) => pattern.test(stderr));
  if (known) return new Fault('refused', known.code, known.message, { hints: known.hints, details });

  const name = args[commandIndex(args)] ?? '';
  const how = outcome.signal
    ? `was ended by ${outcome.signal}`
    : `failed with exit code ${outcome.exitCode ?? '?'}`;
  const options: FaultOptions = { hints: [`Git was called as: ${command}`], details };
  return new Fault(
    'refused',
    'GIT_FAILED',
    [`git ${name} ${how}`, reason(stderr)].filter(Boolean).join(': '),
    options,
  );
}

/** The lock file that Git says is in its way; a Git killed while it packs refs leaves one more, `packed-refs.new`. */
export function lockFileIn(stderr: string): string | undefined {
  const named =
    /Unable to create '([^']+\.lock)': File exists|unable to create file (.+packed-refs\.new): File exists/;
  const [, lock, packing] = named.exec(stderr) ?? [];
  return lock ?? packing;
}

/** Tells which lock file another Git holds, or left when it was killed: nobody here can know which. */
export function locked(lock: string, details: Readonly<Record<string, unknown>> = {}): Fault {
  const sentence = `Another Git process is working here, or one was killed and left its lock file: ${lock}`;
  return new Fault('busy', 'GIT_LOCKED', sentence, {
    hints: [`Wait for it; if no Git is running any more, run \`rm ${shellWord(lock)}\`.`],
    details: { ...details, lock },
  });
}

/** A file of a checkout that Git would replace or make. */
const UNWRITABLE =
  /unable to (?:unlink(?: old)?|create (?:file|symlink)) '?(.+?)'?: (?:Permission denied|Operation not permitted)/;

function notWritable(file: string, details: Readonly<Record<string, unknown>>): Fault {
  return new Fault('refused', 'READ_ONLY', `This user may not write ${file}`, {
    hints: ['Make the file and its folder writable, then run the command again.'],
    details: { ...details, path: file },
  });
}

/** Tells that there is no Git to run. */
export function gitMissing(cause: unknown): Fault {
  return new Fault('refused', 'GIT_MISSING', 'Git is not installed, or not on PATH.', {
    hints: [`Install Git ${OLDEST_GIT.join('.')} or newer: https://git-scm.com/downloads`],
    cause,
  });
}

/** Tells that Git cannot be asked about a path: what is given to a program as a word is UTF-8 here. */
export function notUtf8(word: string): Fault {
  // Behind the colon, where a commit is named with it.
  const file = shownBytes(word.replace(/^[0-9a-f]{40,}:/, ''));
  return new Fault('refused', 'PATH_NOT_UTF8', `The name of this file is not UTF-8: ${file}`, {
    hints: ['Give it another name by `git mv`, in a commit of its own, then run the command again.'],
    details: { path: file },
  });
}

/** Judges the output of `git version`; a version that cannot be read is not held against it. */
export function tooOld(version: string): Fault | undefined {
  const [, major, minor] = /(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined || minor === undefined) return undefined;
  const newer = Number(major) - OLDEST_GIT[0] || Number(minor) - OLDEST_GIT[1];
  if (newer >= 0) return undefined;
  const found = version.replace(/^git version /, '').trim();
  const required = OLDEST_GIT.join('.');
  return new Fault('refused', 'GIT_TOO_OLD', `Git ${required} or newer is needed; this is ${found}.`, {
    hints: ['Upgrade it: https://git-scm.com/downloads'],
    details: { found, required },
  });
}

interface KnownFailure {
  readonly pattern: RegExp;
  readonly code: string;
  readonly message: string;
  readonly hints: readonly string[];
}

const KNOWN: readonly KnownFailure[] = [
  {
    pattern: /Please tell me who you are|unable to auto-detect email address|empty ident name/,
    code: 'GIT_IDENTITY_MISSING',
    message: 'Git does not know in whose name to commit.',
    hints: [
      'Run `git config --global user.name "Your Name"` and `git config --global user.email you@example.com`.',
    ],
  },
  {
    pattern: /failed to sign the data|user\.signingkey needs to be set|couldn't find key/i,
    code: 'SIGNING_FAILED',
    message: 'Git is told to sign commits, and could not.',
    hints: ['Make signing work, or run `git config commit.gpgSign false` for this repository.'],
  },
  {
    pattern: /could not fetch \S+ from promisor remote/,
    code: 'OBJECTS_MISSING',
    message: 'This is a partial clone without the files that are needed, and local commands use no network.',
    hints: ['Run `git fetch --refetch --no-filter` to get them, then run the command again.'],
  },
  {
    pattern: /outside of your sparse-checkout definition/,
    code: 'SPARSE_CHECKOUT',
    message: 'This sparse checkout leaves out the folder of the missions, so nothing in it can be committed.',
    hints: ['Run `git sparse-checkout add kitty-specs`, then the command again.'],
  },
  {
    pattern: /No space left on device|Disk quota exceeded/,
    code: 'DISK_FULL',
    message: 'There is no space left for Git to write.',
    hints: ['Free some space, then run the command again.'],
  },
  {
    pattern: /Read-only file system/,
    code: 'READ_ONLY',
    message: 'Git may not write to this file system.',
    hints: ['Make it writable, then run the command again.'],
  },
];

/** Old versions cannot be told to leave their advice out. */
function withoutHints(stderr: string): string {
  return stderr.replaceAll(/^hint:.*\n?/gm, '').trim();
}

function reason(stderr: string): string | undefined {
  const lines = stderr.split('\n');
  return (lines.find((line) => /^(fatal|error):/.test(line)) ?? lines[0])?.replace(/^(fatal|error): /, '');
}
