import path from 'node:path';
import { ROOT } from '../repository-root.mjs';
import { cli, quoted } from './measure.mjs';

const program = (name) => [process.execPath, path.join(ROOT, 'scripts', 'bench', name)];

/** A ratio for CPU time and for wall time. */
const both = (ratio) => ({ cpu: ratio, wall: ratio });

/** A small command may also need so much more memory than the empty program, in MB. */
const small = (ratio) => ({ ...both(ratio), memory: 15 });

/** The case that needs a fixture of its own. */
export const MERGE = 'merge, 20 lanes of 1,000 files';

/** Reading 212 missions is no small command: this is what its garbage may come to, not what it needs. */
const ALL_COLD = 30;

const EMPTY = { name: 'empty program', command: program('empty.cjs') };

/**
 * What is measured, and what it may cost.
 *
 * `budgets` are ratios to the baseline: `cpu` counts the process and the children it waited for, `ownCpu` only
 * itself; `memory` is an allowance in MB on top. `repeat` is the number of runs in one sample, `rounds` that of the samples where fewer have to do; a `cached` case has to
 * leave a derived cache behind, and is run unmeasured before each run, since the cold cases delete the cache.
 */
export function benchCases(fixture) {
  const cases = [
    ...startCases(fixture),
    ...missionCases(fixture),
    ...logCases(fixture),
    ...(fixture.merging ? mergeCases(fixture) : []),
  ];
  return cases.map((one) =>
    one.cached ? { ...one, prepare: `${one.command.map(quoted).join(' ')} > /dev/null` } : one,
  );
}

/** What costs the same however much there is in the repository. */
function startCases({ repository }) {
  const start = { folder: repository, baseline: EMPTY, repeat: 4 };
  return [
    { ...start, name: '--version', command: cli('--version'), budgets: both(1.3) },
    { ...start, name: '--help', command: cli('--help'), budgets: small(1.8) },
  ];
}

/** Among 212 missions. */
function missionCases({ repository, moving, mission, log, pristine, cache }) {
  const many = { folder: repository, baseline: EMPTY, repeat: 4 };
  const all = { ...many, command: cli('status', '--all', '--json'), repeat: 2 };
  const next = { ...many, command: cli('next', '--mission', mission) };
  const board = { ...many, command: cli('agent', 'tasks', 'status', '--mission', mission) };
  const claim = [
    'agent',
    'tasks',
    'move-task',
    'WP01',
    '--to',
    'claimed',
    '--agent',
    'bench',
    '--mission',
    mission,
  ];
  const restore = `cp -p ${quoted(pristine)} ${quoted(log)} && rm -rf .git/spec-kitty/journal`;
  return [
    { ...next, name: 'next, cached', cached: true, budgets: small(2.2) },
    { ...next, name: 'next, cold', prepare: without(cache), budgets: small(3) },
    { ...board, name: 'agent tasks status, cached', cached: true, budgets: small(2.2) },
    { ...board, name: 'agent tasks status, cold', prepare: without(cache), budgets: small(3) },
    {
      ...many,
      name: 'move-task',
      folder: moving,
      command: cli(...claim),
      prepare: restore,
      budgets: { ownCpu: 3.5, memory: 15 },
    },
    { ...all, name: 'status --all, cached', cached: true, budgets: { ...both(3), memory: 15 } },
    {
      ...all,
      name: 'status --all, cold',
      prepare: without(cache),
      budgets: { ...both(7), memory: ALL_COLD },
    },
  ];
}

/** One mission with 100,000 events. */
function logCases({ huge, mission, log, cache }) {
  const reading = {
    name: 'reading and parsing it',
    command: [...program('parse-log.cjs'), path.join(huge, log)],
  };
  const board = { folder: huge, command: cli('agent', 'tasks', 'status', '--mission', mission) };
  return [
    { ...board, name: '100,000 events, cached', cached: true, baseline: EMPTY, budgets: both(3) },
    { ...board, name: '100,000 events, cold', prepare: without(cache), baseline: reading, budgets: both(2) },
  ];
}

/** A mission of 20 lanes with 1,000 files each, compared with the Git commands that merge them. */
function mergeCases({ merging: { folder, mission, prepare, plain } }) {
  const baseline = { name: 'plain Git', command: plain, prepare };
  const command = cli('merge', '--actor', 'bench', '--without-acceptance', '--mission', mission);
  return [{ name: MERGE, folder, command, prepare, baseline, rounds: 5, budgets: both(2) }];
}

function without(cache) {
  return `rm -rf ${quoted(cache)}`;
}
