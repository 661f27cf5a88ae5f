import path from 'node:path';
import { ROOT } from '../repository-root.mjs';
import { quoted } from './measure.mjs';

const CLI = path.join(ROOT, 'packages', 'cli', 'bin', 'spec-kitty.cjs');

const cli = (...args) => [process.execPath, CLI, ...args];
const program = (name) => [process.execPath, path.join(ROOT, 'scripts', 'bench', name)];

/** A ratio for CPU time and for wall time. */
const both = (ratio) => ({ cpu: ratio, wall: ratio });

/** A small command may also need so much more memory than the empty program, in MB. */
const small = (ratio) => ({ ...both(ratio), memory: 15 });

const EMPTY = { name: 'empty program', command: program('empty.cjs') };

/**
 * What is measured, and what it may cost.
 *
 * `budgets` are ratios to the baseline: `cpu` counts the process and the children it waited for, `ownCpu` only
 * itself; `memory` is an allowance in MB on top. `repeat` is the number of runs in one sample; a `cached` case has to
 * leave a derived cache behind, and is run unmeasured before each run, since the cold cases delete the cache.
 */
export function benchCases(fixture) {
  const cases = [...startCases(fixture), ...missionCases(fixture), ...logCases(fixture)];
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
      budgets: { ownCpu: 3.5 },
    },
    { ...all, name: 'status --all, cached', cached: true, budgets: both(3) },
    { ...all, name: 'status --all, cold', prepare: without(cache), budgets: both(7) },
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

function without(cache) {
  return `rm -rf ${quoted(cache)}`;
}
