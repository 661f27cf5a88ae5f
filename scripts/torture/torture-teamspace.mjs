import { parseArgs } from 'node:util';
import { run } from '../run-stage.mjs';
import { keepKills, placeLines } from './kill-evidence.mjs';

const HELP = `npm run torture:teamspace -- [--kills 200] [--seed TEXT]

Kills a server and its embedded database, each alone, in part and together, while programs refresh and log out, and looks
after each kill for all that was acknowledged. The seed is the commit unless given. Writes docs/evidence/teamspace-kills.json
and .md; npm test runs a share of the same.`;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

function textOf({ kills, targets, ...seen }) {
  return [
    '# Kills of a server and its database',
    '',
    'Written by `npm run torture:teamspace`; `teamspace-kills.json` has the same as data. Seven programs refreshed and asked who they',
    'are, and one logged out login after login, while the server, the first process of its PostgreSQL, another one of those, or all at',
    'once were killed. After each kill they went on, and all was looked for that had been acknowledged.',
    '',
    ...placeLines(seen),
    `- Kills: ${kills}, ${Object.entries(targets)
      .map(([target, count]) => `${count} of ${target}`)
      .join(', ')}`,
    `- Acknowledged: ${seen.refreshed} rotations and ${seen.logged_out} logouts; lost: ${seen.lost}, there by half: ${seen.half}`,
    `- Asked without an answer: ${seen.unanswered}; answered with 503: ${seen.unavailable}; other errors: none`,
    '',
  ].join('\n');
}

function torture() {
  const built = run([process.execPath, 'scripts/build.mjs']);
  if (built !== 0) return built;
  const { kills, seed } = values;
  return keepKills({
    test: 'packages/server/src/serve/database-kills.e2e.test.ts',
    name: 'teamspace-kills',
    prefix: 'SPEC_KITTY_TEAMSPACE',
    kills,
    seed,
    textOf,
  });
}

if (values.help) console.log(HELP);
else process.exitCode = torture();
