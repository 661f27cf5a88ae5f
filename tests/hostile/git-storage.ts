import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { addSubmodule } from './git-settings.ts';
import { ALL_WELL, type HostileRepositories, type HostileRepository } from './hostile-repository.ts';
import type { HostileWorld } from './hostile-world.ts';

const WORKING = { status: 'ok', next: 'ok', doctor: 'ok', implement: 'ok', merge: 'ok' } as const;

/** The same refusal from every command. */
function refused(code: string): HostileRepository['lines'] {
  return { status: code, next: code, doctor: code, implement: code, merge: code };
}

const laneA = (world: HostileWorld) => `.worktrees/${world.mission.directory}-lane-a`;
const adminA = (world: HostileWorld) => `.git/worktrees/${world.mission.directory}-lane-a`;

function replaceIn(world: HostileWorld, file: string, from: string | RegExp, to: string): void {
  const before = world.mission.repository.read(file);
  const text = before.replaceAll(from, to);
  expect(text, file).not.toBe(before);
  world.write({ [file]: text });
}

/** Names the target branch in `meta.json`. */
function target(branch: string): (world: HostileWorld) => void {
  return (world) => replaceIn(world, `${world.mission.folder}/meta.json`, '"main"', JSON.stringify(branch));
}

/** A `git` of the repository's that is the canary. */
function fakeGit(folder: string): (world: HostileWorld) => void {
  return (world) => world.shell('mkdir -p "$1"; cp "$2" "$1/git"; chmod +x "$1/git"', folder, world.canary);
}

/** Repositories whose Git directory, worktrees, refs or submodules are not what they seem. */
export const GIT_STORAGE: HostileRepositories = {
  'core.worktree, somewhere else': {
    put: (world) => world.git('config', 'core.worktree', world.outside),
    bait: (world) => world.git('checkout-index', '--all', '--force'),
    lines: { ...WORKING, merge: 'CHECKOUT_WOULD_LOSE_CHANGES' },
  },
  "a .git that is a file and leads to another's repository": {
    put: (world) => {
      rmSync(path.join(world.root, '.git'), { recursive: true });
      world.write({ '.git': `gitdir: ${world.outside}/victim/.git\n` });
    },
    bait: (world) => world.git('add', '--all'),
    lines: {
      status: 'NOT_A_REPOSITORY',
      next: 'NOT_A_REPOSITORY',
      doctor: 'NOT_A_REPOSITORY',
      implement: 'NOT_A_REPOSITORY',
      merge: 'NOT_A_REPOSITORY',
    },
  },
  "a common directory that is another's": {
    put: (world) => world.write({ '.git/commondir': `${world.outside}/victim/.git\n` }),
    bait: (world) => world.git('branch', 'x', 'HEAD'),
    lines: refused('MISSION_NOT_FOUND'),
  },
  "a lane whose .git leads to another's repository": {
    put: (world) => {
      world.git('-C', `${world.outside}/victim`, 'config', 'core.fsmonitor', world.canary);
      world.write({ [`${laneA(world)}/.git`]: `gitdir: ${world.outside}/victim/.git\n` });
    },
    bait: (world) => world.git('-C', laneA(world), 'add', '--all'),
    lines: {
      status: 'ok',
      next: 'ok',
      doctor: 'DOCTOR_FAILED',
      implement: 'ok',
      move: 'NOT_A_LANE_WORKTREE',
      merge: 'NOT_A_LANE_WORKTREE',
    },
  },
  'a registered worktree that lies somewhere else': {
    put: (world) => {
      world.write({ [`${adminA(world)}/gitdir`]: `${world.outside}/victim/.git\n` });
    },
    bait: (world) => world.shell('rm "$(cat .git/worktrees/*lane-a/gitdir)/HEAD"'),
    lines: { ...WORKING, move: 'ok' },
  },
  'a folder of lanes that is a link out of the repository': {
    put: (world) => world.shell('mv .worktrees ../outside/lanes; ln -s ../outside/lanes .worktrees'),
    bait: (world) => world.shell('mkdir .worktrees/x; echo > .worktrees/x/x'),
    lines: {
      status: 'ok',
      next: 'ok',
      doctor: 'DOCTOR_FAILED',
      implement: 'PATH_OUTSIDE_REPOSITORY',
      move: 'PATH_OUTSIDE_REPOSITORY',
      merge: 'PATH_OUTSIDE_REPOSITORY',
    },
  },
  'a journal that is a link out of the repository': {
    put: (world) =>
      world.shell('mv .git/spec-kitty ../outside/journal; ln -s ../../outside/journal .git/spec-kitty'),
    bait: (world) => world.shell('echo > .git/spec-kitty/x'),
    lines: {
      status: 'PATH_OUTSIDE_REPOSITORY',
      next: 'PATH_OUTSIDE_REPOSITORY',
      doctor: 'PATH_OUTSIDE_REPOSITORY',
      implement: 'PATH_OUTSIDE_REPOSITORY',
      merge: 'PATH_OUTSIDE_REPOSITORY',
    },
  },
  'a part of the journal that is a link out of the repository': {
    put: (world) =>
      world.shell(
        'mv .git/spec-kitty/journal ../outside; ln -s ../../../outside/journal .git/spec-kitty/journal',
      ),
    bait: (world) => world.shell('echo > .git/spec-kitty/journal/x'),
    lines: {
      status: 'PATH_OUTSIDE_REPOSITORY',
      next: 'PATH_OUTSIDE_REPOSITORY',
      doctor: 'PATH_OUTSIDE_REPOSITORY',
      implement: 'PATH_OUTSIDE_REPOSITORY',
      merge: 'PATH_OUTSIDE_REPOSITORY',
    },
  },
  'a file of the journal that is a link out of the repository': {
    put: (world) =>
      world.shell(
        'for f in .git/spec-kitty/journal/*; do mv "$f" ../outside; ln -s "$PWD/../outside/${f##*/}" "$f"; done',
      ),
    bait: (world) => world.shell('for f in .git/spec-kitty/journal/*; do echo >> "$f"; done'),
    lines: {
      status: 'NOT_A_PLAIN_FILE',
      next: 'NOT_A_PLAIN_FILE',
      doctor: '1',
      implement: 'NOT_A_PLAIN_FILE',
      merge: 'NOT_A_PLAIN_FILE',
    },
  },
  'locks that are links to what is not there': {
    put: (world) =>
      world.shell('for f in .git/spec-kitty/locks/*; do ln -sf "$PWD/../outside/${f##*/}" "$f"; done'),
    bait: (world) => world.shell('for f in .git/spec-kitty/locks/*; do echo > "$f"; done'),
    lines: {
      status: 'ok',
      next: 'ok',
      doctor: 'ok',
      implement: 'FILE_SYSTEM_ERROR',
      merge: 'FILE_SYSTEM_ERROR',
    },
  },
  'a checkout that says it is a worktree of another': {
    put: (world) => {
      world.git(
        '-C',
        `${world.outside}/victim`,
        'worktree',
        'add',
        '--quiet',
        '--detach',
        `${world.base}/theirs`,
      );
      world.shell('cp ../theirs/.git ../git && rm -rf .git && mv ../git .git');
    },
    bait: (world) => world.git('add', '--all'),
    lines: refused('MISSION_NOT_FOUND'),
  },
  'objects from an alternate outside': {
    put: (world) => world.write({ '.git/objects/info/alternates': `${world.outside}/victim/.git/objects\n` }),
    lines: { status: 'ok', implement: 'ok', merge: 'ok' },
  },
  'a partial clone that would fetch what it lacks': {
    put: (world) => {
      const blob = world.output('git', 'rev-parse', 'HEAD:src/wp01.js');
      world.shell(
        'mv .git/objects/pack ../packs; mkdir .git/objects/pack; for p in ../packs/*.pack; do git unpack-objects -q < "$p"; done;' +
          'rm -rf ../packs; rm -f ".git/objects/$1/$2"',
        blob.slice(0, 2),
        blob.slice(2),
      );
      world.shell(
        'git config core.repositoryFormatVersion 1; git config extensions.partialClone origin; git config remote.origin.promisor true;' +
          'git config remote.origin.url "$1"; git config protocol.ext.allow always',
        `ext::${world.canary} %S`,
      );
    },
    bait: (world) => world.git('show', 'HEAD:src/wp01.js'),
    lines: {
      ...WORKING,
      all: 'ok',
      check: 'ok',
      move: 'ok',
      implement: 'GIT_FAILED',
      dry: 'ok',
      merge: 'ok',
    },
  },
  'a sparse checkout': {
    put: (world) => world.git('sparse-checkout', 'set', 'kitty-specs', '.kittify'),
    lines: WORKING,
  },
  'a format of the repository that nobody knows': {
    put: (world) => {
      world.git('config', 'core.repositoryFormatVersion', '1');
      world.git('config', 'extensions.evil', 'true');
    },
    lines: { ...WORKING, doctor: 'DOCTOR_FAILED', implement: 'GIT_FAILED', merge: 'GIT_FAILED' },
  },
  'twenty thousand refs': {
    put: (world) => {
      const commit = world.output('git', 'rev-parse', 'HEAD');
      const packed = readFileSync(path.join(world.root, '.git/packed-refs'), 'utf8').replace('sorted', '');
      const refs = Array.from(
        { length: 20_000 },
        (_, index) => `${commit} refs/heads/kitty/x-${index}\n`,
      ).join('');
      world.write({ '.git/packed-refs': `${packed}${refs}` });
    },
    lines: WORKING,
  },
  'a commit that is replaced by another': {
    put: (world) => world.shell('git replace HEAD "$(git commit-tree -m x HEAD^{tree})"'),
    lines: WORKING,
  },

  'a submodule with a URL that is a program': {
    put: (world) => addSubmodule(world, `ext::${world.canary} %S`),
    bait: (world) => world.git('-c', 'protocol.ext.allow=always', 'submodule', 'update', '--init'),
    lines: { status: 'ok', finalize: 'ok', implement: 'SUBMODULE_NOT_INITIALISED', move: 'ok' },
  },
  'a submodule with a URL and a path that are options': {
    put: (world) => {
      addSubmodule(world, '-u./canary');
      replaceIn(world, '.gitmodules', 'path = lib', 'path = --upload-pack=./canary');
      world.git('commit', '--quiet', '--all', '--message', 'x');
    },
    lines: { status: 'ok', finalize: 'ok', implement: 'ok', move: 'ok' },
  },
  'a submodule whose name leads upwards': {
    put: (world) => {
      addSubmodule(world, '../outside/victim');
      replaceIn(world, '.gitmodules', 'submodule "lib"', 'submodule "../../../outside/x"');
      world.git('commit', '--quiet', '--all', '--message', 'x');
    },
    lines: { status: 'ok', implement: 'ok', move: 'ok' },
  },

  'a target branch that is an option that runs something': {
    put: target('--upload-pack=./canary'),
    lines: refused('META_CORRUPT'),
  },
  'a target branch that is an option that writes': {
    put: (world) => target(`--output=${world.outside}/precious.txt`)(world),
    bait: (world) => world.shell('git log "--output=../outside/precious.txt"'),
    lines: { ...refused('META_CORRUPT'), all: 'ok' },
  },
  'branches that are called like options': {
    put: (world) => {
      for (const name of ['--upload-pack=./canary', '--force', '-D'])
        world.git('update-ref', `refs/heads/${name}`, 'HEAD');
    },
    lines: WORKING,
  },
  'files that are called like options and pathspecs, with new lines': {
    put: (world) => {
      world.write({ '--force': '1', '-n': '2', ':(top)x': '3', 'a\nb': '4', ':!x': '5', '"q"': '6' });
      world.shell('git add --all -- . && git commit --quiet --message x');
      world.shell(
        'cd .worktrees/*lane-a && echo 1 > ./-rf && echo 1 > "$(printf "a\\n  b.js")" && git add --all && git commit --quiet --message x',
      );
    },
    lines: { ...WORKING, move: 'ok', merge: 'UNREVIEWED_COMMITS' },
  },

  'a git of its own, and a PATH that looks here first': {
    put: fakeGit('.'),
    bait: (world) => world.shell('PATH=.:$PATH git status'),
    env: () => ({ PATH: `.:${process.env['PATH'] ?? ''}` }),
    lines: ALL_WELL,
  },
  'a git below node_modules, and an empty entry in PATH': {
    put: fakeGit('node_modules/.bin'),
    bait: (world) => world.shell('PATH=node_modules/.bin:$PATH git status'),
    env: () => ({ PATH: `node_modules/.bin::${process.env['PATH'] ?? ''}` }),
    lines: ALL_WELL,
  },
};
