import path from 'node:path';
import {
  ALL_WELL,
  type HostileRepositories,
  type HostileRepository,
  NOT_TRUSTED,
} from './hostile-repository.ts';
import type { HostileWorld } from './hostile-world.ts';

type Settings = (world: HostileWorld) => Readonly<Record<string, string>>;

/** Attributes that lead to a filter, a diff and a merge driver for every file of the packages. */
const ATTRIBUTES = '*.js filter=evil diff=evil merge=evil\n';

function set(world: HostileWorld, settings: Settings): void {
  for (const [key, value] of Object.entries(settings(world))) world.git('config', key, value);
}

/** Settings that are switched off in every call, and a Git command that shows that they would do something. */
function switchedOff(settings: Settings, ...bait: string[]): HostileRepository {
  return {
    put: (world) => {
      world.write({ '.git/info/attributes': ATTRIBUTES });
      set(world, settings);
    },
    bait: (world) => {
      world.write({ 'src/wp01.js': 'exports.first = 3;\n' });
      world.git(...bait);
    },
    lines: { status: 'ok', doctor: 'ok', implement: 'ok', move: 'ok', merge: 'ok' },
  };
}

/** Settings that cannot be switched off without taking something from honest users, and so need their consent. */
function needsTrust(settings: Settings, bait: string): HostileRepository {
  return {
    put: (world) => {
      world.write({ '.git/info/attributes': ATTRIBUTES });
      set(world, settings);
    },
    bait: (world) => {
      world.write({ 'src/wp01.js': 'exports.first = 3;\n' });
      world.shell(bait);
    },
    lines: NOT_TRUSTED,
  };
}

function canary(...keys: string[]): Settings {
  return (world) => Object.fromEntries(keys.map((key) => [key, `${world.canary} ${key}`]));
}

const HOOKS =
  `applypatch-msg pre-commit prepare-commit-msg commit-msg post-commit pre-merge-commit post-merge post-checkout
  post-rewrite pre-rebase pre-push pre-auto-gc post-index-change reference-transaction`.split(/\s+/);

function writeHooks(world: HostileWorld, folder: string): void {
  world.write(
    Object.fromEntries(HOOKS.map((hook) => [`${folder}/${hook}`, `#!/bin/sh\n"${world.canary}" ${hook}\n`])),
  );
  world.shell(`chmod +x ${folder}/*`);
}

/** Writes a setting for the filter into another file than the repository's own. */
function elsewhere(put: (world: HostileWorld) => void, bait: string): HostileRepository {
  return {
    ...needsTrust(() => ({}), bait),
    put: (world) => (world.write({ '.git/info/attributes': ATTRIBUTES }), put(world)),
  };
}

const evilSettings = (world: HostileWorld) =>
  `[filter "evil"]\n\tclean = ${world.canary} clean\n\tsmudge = ${world.canary} smudge\n`;
const ADD = 'git add --all';

/** Repositories whose configuration of Git names programs. */
export const GIT_SETTINGS: HostileRepositories = {
  'hooks in .git/hooks': {
    put: (world) => writeHooks(world, '.git/hooks'),
    bait: (world) => world.git('commit', '--allow-empty', '--message', 'x'),
    lines: ALL_WELL,
  },
  'core.hooksPath, to a folder of the checkout': {
    put: (world) => {
      writeHooks(world, '.githooks');
      world.git('config', 'core.hooksPath', '.githooks');
    },
    bait: (world) => world.git('commit', '--allow-empty', '--message', 'x'),
    lines: ALL_WELL,
  },
  'core.fsmonitor': switchedOff(canary('core.fsmonitor'), 'status'),
  'core.pager and pager.log': {
    ...switchedOff(canary('core.pager', 'pager.log')),
    // A pager is started at a terminal only.
    bait: (world) => world.shell('echo | sh -c "$(git var GIT_PAGER)"'),
  },
  'core.editor and sequence.editor': switchedOff(
    canary('core.editor', 'sequence.editor'),
    'commit',
    '--all',
    '--edit',
    '--message',
    'x',
  ),
  'diff.external': switchedOff(canary('diff.external'), 'diff'),
  'diff.<driver>.command': switchedOff(canary('diff.evil.command'), 'diff'),
  'diff.<driver>.textconv': switchedOff(canary('diff.evil.textconv'), 'diff'),

  'core.sshCommand, with a remote that needs it': needsTrust(
    (world) => ({ ...canary('core.sshCommand')(world), 'remote.origin.url': 'ssh://127.0.0.1/x' }),
    'git fetch',
  ),
  'core.gitProxy': needsTrust(
    (world) => ({ 'core.gitProxy': world.canary, 'remote.origin.url': 'git://127.0.0.1/x' }),
    'git fetch',
  ),
  'core.askPass': needsTrust(
    (world) => ({ 'core.askPass': world.canary }),
    'echo url=https://127.0.0.1 | git credential fill',
  ),
  'credential.helper': needsTrust(
    (world) => ({ 'credential.helper': `!${world.canary} credential` }),
    'echo url=https://127.0.0.1 | git credential fill',
  ),
  'gpg.program, with signing switched on': needsTrust(
    (world) => ({ 'gpg.program': world.canary, 'commit.gpgSign': 'true' }),
    'git commit --allow-empty --message x',
  ),
  'gpg.ssh.defaultKeyCommand, with signing switched on': needsTrust(
    (world) => ({ 'gpg.ssh.defaultKeyCommand': world.canary, 'gpg.format': 'ssh', 'commit.gpgSign': 'true' }),
    'git commit --allow-empty --message x',
  ),
  'filter.<driver>.clean and smudge': needsTrust(canary('filter.evil.clean', 'filter.evil.smudge'), ADD),
  'filter.<driver>.process': needsTrust(canary('filter.evil.process'), ADD),
  'merge.<driver>.driver': needsTrust(
    canary('merge.evil.driver'),
    'git stash --quiet; git commit --quiet --allow-empty --message x; echo 9 > src/wp01.js;' +
      'git commit --quiet --all --message x; git checkout --quiet HEAD~1; echo 8 > src/wp01.js;' +
      'git commit --quiet --all --message x; git merge main',
  ),
  'remote.<name>.uploadpack': needsTrust(
    (world) => ({
      'remote.origin.url': path.join(world.outside, 'victim'),
      'remote.origin.uploadpack': world.canary,
    }),
    'git fetch',
  ),
  'remote.<name>.vcs': needsTrust(
    (world) => ({ 'remote.origin.url': `${world.canary} vcs`, 'remote.origin.vcs': 'ext' }),
    'git -c protocol.ext.allow=always fetch origin',
  ),
  'an alias that is a program': needsTrust((world) => ({ 'alias.evil': `!${world.canary}` }), 'git evil'),
  'core.alternateRefsCommand, with alternates outside': {
    ...needsTrust(canary('core.alternateRefsCommand'), 'git fetch --quiet ../outside/victim'),
    put: (world) => {
      set(world, canary('core.alternateRefsCommand'));
      world.write({ '.git/objects/info/alternates': `${world.outside}/victim/.git/objects\n` });
    },
  },
  'a submodule whose update is a program': {
    ...needsTrust(() => ({}), 'git -c protocol.file.allow=always submodule update'),
    put: (world) => {
      addSubmodule(world, '../outside/victim');
      world.git('config', 'submodule.lib.update', `!${world.canary} submodule`);
      world.git('config', 'submodule.lib.url', path.join(world.outside, 'victim'));
    },
  },
  "a filter in the configuration of a submodule's clone": {
    ...needsTrust(() => ({}), 'echo 1 > lib/a.txt; git -C lib add --all'),
    put: (world) => {
      addSubmodule(world, '../outside/victim');
      world.git('-c', 'protocol.file.allow=always', 'clone', '--quiet', '../outside/victim', 'lib');
      world.git('submodule', 'absorbgitdirs');
      world.write({ '.git/modules/lib/info/attributes': '* filter=evil\n' });
      world.shell(`cat >> .git/modules/lib/config <<'END'\n${evilSettings(world)}END`);
    },
  },
  'include.path, to a file of the checkout': elsewhere((world) => {
    world.write({ 'evil.gitconfig': evilSettings(world) });
    world.git('config', 'include.path', '../evil.gitconfig');
  }, ADD),
  'includeIf.gitdir, for lanes only': elsewhere((world) => {
    world.write({ '.git/evil.gitconfig': evilSettings(world) });
    world.git('config', 'includeIf.gitdir:**/worktrees/**.path', 'evil.gitconfig');
  }, 'cd .worktrees/*lane-a && echo 1 > src/wp01.js && git add --all'),
  'includeIf.onbranch, for branches of lanes only': elsewhere((world) => {
    world.write({ '.git/evil.gitconfig': evilSettings(world) });
    world.git('config', 'includeIf.onbranch:kitty/**.path', 'evil.gitconfig');
  }, 'cd .worktrees/*lane-a && echo 1 > src/wp01.js && git add --all'),
  'the configuration of the primary worktree': elsewhere((world) => {
    world.git('config', 'extensions.worktreeConfig', 'true');
    world.write({ '.git/config.worktree': evilSettings(world) });
  }, ADD),
  'the configuration of a lane': elsewhere((world) => {
    world.git('config', 'extensions.worktreeConfig', 'true');
    world.write({
      [`.git/worktrees/${world.mission.directory}-lane-a/config.worktree`]: evilSettings(world),
    });
  }, 'cd .worktrees/*lane-a && echo 1 > src/wp01.js && git add --all'),
};

/** A submodule at `lib`, not cloned. */
export function addSubmodule(world: HostileWorld, url: string): void {
  const commit = world.output('git', '-C', path.join(world.outside, 'victim'), 'rev-parse', 'HEAD');
  world.write({ '.gitmodules': `[submodule "lib"]\n\tpath = lib\n\turl = ${url}\n` });
  world.git('add', '.gitmodules');
  world.git('update-index', '--add', '--cacheinfo', `160000,${commit},lib`);
  world.git('commit', '--quiet', '--message', 'Add a submodule');
}
