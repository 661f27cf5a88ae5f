import { parseArgs } from 'node:util';
import { keepKills, placeLines } from './kill-evidence.mjs';

const HELP = `npm run torture:auth -- [--kills 2000] [--minutes 60] [--processes 200] [--seed TEXT]

Kills refreshes of a session at each of their steps, with servers that do and do not know an attempt again, lets the next
process go on, and lets many processes go at once on one session that has expired. After so many minutes no more kills are
begun. The seed is the commit unless given. Writes docs/evidence/auth-kills.json and .md; npm test runs a share of the same.`;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '2000' },
    minutes: { type: 'string', default: '60' },
    processes: { type: 'string', default: '200' },
    seed: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

function textOf({ servers, kills, processes, refreshes, lost_though_honoured: lost, ...where }) {
  const ends = [...new Set(Object.values(servers).flatMap(Object.keys))].toSorted();
  return [
    '# Kills of a refresh',
    '',
    'Written by `npm run torture:auth`; `auth-kills.json` has the same as data. A process was killed (SIGKILL) at one call of its',
    'refresh that changes something on disk, in turn; then another one asked for the session. A login that the server still',
    'honours has to go on. A token that was rotated and not stored is with nobody: a server that knows the attempt again gives',
    'it once more, and with any other one the loss has to be told with the way out, and nothing may be sent again.',
    '',
    ...placeLines(where),
    `- Kills: ${kills}; lost although the server honoured it: ${lost}`,
    ...(processes === undefined
      ? []
      : [`- Processes let go at once on one expired session: ${processes}; refreshes: ${refreshes}`]),
    '',
    `| The server | ${ends.join(' | ')} |`,
    `|---|${'---:|'.repeat(ends.length)}`,
    ...Object.entries(servers).map(
      ([name, counts]) => `| ${name} | ${ends.map((end) => counts[end] ?? 0).join(' | ')} |`,
    ),
    '',
  ].join('\n');
}

const { kills, minutes, processes, seed } = values;
if (values.help) console.log(HELP);
else
  process.exitCode = keepKills({
    test: 'packages/local/src/session/session-kills.e2e.test.ts',
    name: 'auth-kills',
    prefix: 'SPEC_KITTY_AUTH',
    kills,
    seed,
    env: { SPEC_KITTY_AUTH_PROCESSES: processes, SPEC_KITTY_AUTH_MINUTES: minutes },
    textOf,
  });
