import { parseArgs } from 'node:util';
import { run } from '../run-stage.mjs';

const HELP = `npm run torture:auth -- [--kills 2000] [--processes 200] [--seed TEXT]

Kills refreshes of a session at each of their steps, and lets many processes go at once on one that has expired.
The seed is the commit unless given. npm test runs a share of the same.`;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '2000' },
    processes: { type: 'string', default: '200' },
    seed: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
else {
  const env = {
    ...process.env,
    SPEC_KITTY_AUTH_KILLS: values.kills,
    SPEC_KITTY_AUTH_PROCESSES: values.processes,
    ...(values.seed !== undefined && { SPEC_KITTY_AUTH_SEED: values.seed }),
  };
  const vitest = [process.execPath, 'node_modules/vitest/vitest.mjs', 'run'];
  process.exitCode = run([...vitest, 'packages/local/src/session/session-kills.e2e.test.ts'], { env });
}
