import type { HostileRepositories } from './hostile-repository.ts';
import { addToLog, config, editJson, frontmatter, inMission, mission, rowLike } from './mission-damage.ts';

/** Nine anchors, each nine times the one before: a reader that follows them all makes 9^9 values. */
const BOMB = ['a: &a [x, x, x, x, x, x, x, x, x]']
  .concat(
    Array.from('bcdefghi').map(
      (name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(', ')}]`,
    ),
  )
  .join('\n');
const TAGS =
  'a: !!js/function "function () { process.exit(3) }"\nb: !!python/object/apply:os.system ["exit"]\n';

/** Repositories whose texts are made to blow a reader up, or to deceive who reads what is printed of them. */
export const MISSION_TEXTS: HostileRepositories = {
  'a wps.yaml that is a bomb of aliases': {
    put: inMission({ 'wps.yaml': `${BOMB}\nwork_packages: []\n` }),
    hangs: true,
    lines: { status: 'ok', check: '1', finalize: 'WPS_YAML_INVALID', implement: 'ok' },
  },
  'settings that are a bomb of aliases': {
    put: config(`${BOMB}\n`),
    hangs: true,
    lines: { status: 'ok', check: 'ok', finalize: 'CONFIG_INVALID', implement: 'CONFIG_INVALID' },
  },
  'frontmatter that is a bomb of aliases': {
    put: frontmatter(...BOMB.split('\n')),
    hangs: true,
    lines: { status: 'ok', check: '1', finalize: 'WP_FILE_INVALID', implement: 'WP_FILE_INVALID' },
  },
  'tags that construct objects': {
    put: (world) => {
      inMission({ 'wps.yaml': `${TAGS}work_packages: []\n` })(world);
      config(TAGS)(world);
    },
    lines: { status: 'ok', check: '1', finalize: 'CONFIG_INVALID', implement: 'CONFIG_INVALID' },
  },
  'merge keys, keys given twice and keys of every object': {
    put: frontmatter(
      'x: &x {title: Other}',
      '<<: *x',
      '__proto__: {title: Polluted}',
      'constructor: 1',
      'title: 1',
      'title: 2',
    ),
    lines: { status: 'ok', check: '1', finalize: 'WP_FILE_INVALID', implement: 'WP_FILE_INVALID' },
  },
  'keys of every object in JSON': {
    put: (world) => {
      const file = mission('meta.json')(world);
      const text = world.mission.repository.read(file);
      world.write({
        [file]: text.replace('{', '{ "__proto__": {"target_branch": "x"}, "constructor": {"prototype": 1},'),
      });
    },
    lines: { status: 'ok', next: 'ok', doctor: 'ok', implement: 'ok', merge: 'ok' },
  },
  'JSON that is a hundred thousand levels deep': {
    put: (world) => {
      const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
      inMission({
        'lanes.json': deep,
        'acceptance-matrix.json': deep,
        'issue-matrix.json': deep,
        'decisions/index.json': deep,
      })(world);
      addToLog(() => `{"event_id":"x","deep":${deep}}\n`)(world);
    },
    hangs: true,
    lines: {
      status: 'LOG_CORRUPT',
      all: 'ok',
      next: 'LOG_CORRUPT',
      check: 'LOG_CORRUPT',
      doctor: '1',
      implement: 'LOG_CORRUPT',
      move: 'LOG_CORRUPT',
      accept: 'LOG_CORRUPT',
      merge: 'LOG_CORRUPT',
    },
  },
  'a log with a line of a hundred megabytes': {
    put: addToLog(() => `{"event_id":"${'x'.repeat(100 * 1024 * 1024)}"}\n`),
    hangs: true,
    lines: { status: 'LOG_CORRUPT', implement: 'LOG_CORRUPT' },
  },

  'titles with control characters, and ones that turn the text around': {
    put: frontmatter(String.raw`title: "A \e]0;owned\a\e[2J\e[31m \u202e back \u0000 \u009b31m \r over"`),
    lines: {
      status: 'ok',
      check: 'ok',
      next: 'ok',
      doctor: 'ok',
      finalize: 'ok',
      implement: 'ok',
      move: 'ok',
    },
  },
  'actors with control characters in the log': {
    put: addToLog((world) =>
      rowLike(world, {
        event_id: '7ZZZZZZZZZZZZZZZZZZZZZZZZZ',
        wp_id: 'WP02',
        from_lane: 'planned',
        to_lane: 'claimed',
        actor: '\u001B[2Jada\u202E\u0007',
        at: '2030-01-01T00:00:00.000000+00:00',
      }),
    ),
    lines: { status: 'ok', next: 'ok', doctor: 'ok', move: 'ok' },
    says: ['\u{FFFD}[2Jada'],
  },
  'a target branch that turns the text around': {
    put: editJson('meta.json', (meta) => (meta['target_branch'] = 'ma\u202Ein')),
    lines: { status: 'META_CORRUPT', next: 'META_CORRUPT', implement: 'META_CORRUPT', merge: 'META_CORRUPT' },
  },
  'file names with control characters on a lane': {
    put: (world) => world.shell('cd .worktrees/*lane-a && echo > "$(printf "src/\\033[2J\\342\\200\\256x")"'),
    lines: { status: 'ok', doctor: 'ok', move: 'DIRTY_WORKTREE', merge: 'DIRTY_WORKTREE' },
    says: ['\u{FFFD}[2J\u{FFFD}x'],
  },
  'missions whose names differ in case alone': {
    put: (world) => world.shell('cp -r "$1" kitty-specs/PAY-01ke6z2v', world.mission.folder),
    lines: { status: 'ok', all: 'ok', implement: 'MISSION_ID_DUPLICATE', move: 'MISSION_ID_DUPLICATE' },
  },
  'missions whose names differ in their composition alone': {
    put: (world) => {
      for (const name of ['caf\u00E9', 'cafe\u0301'])
        world.shell('cp -r "$1" "kitty-specs/$2"', world.mission.folder, name);
    },
    handle: 'caf\u00E9',
    lines: { status: 'ok', all: 'ok', implement: 'MISSION_ID_DUPLICATE', move: 'MISSION_ID_DUPLICATE' },
  },
  'a missing id that looks like one of every object': {
    put: frontmatter('dependencies: [constructor, __proto__, toString]'),
    lines: {
      status: 'ok',
      check: '1',
      finalize: 'DEPENDENCY_UNKNOWN',
      implement: 'DEPENDENCIES_NOT_SATISFIED',
    },
  },
};
