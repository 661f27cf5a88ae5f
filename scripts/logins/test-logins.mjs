import { parseArgs } from 'node:util';
import { run } from '../run-stage.mjs';

const HELP = `npm run test:logins -- [--only teamspace|teamspace-installed]

Runs the suite of logins, which npm test runs against a small server, against Teamspace: on the PostgreSQL that it brings, and
on the one that is installed on this machine.`;

/** Everything that has its server by \`openServer\` of the testkit. */
const SUITE = [
  'packages/cli/src/commands/auth',
  'packages/local/src/session/refresh-races.e2e.test.ts',
  'packages/local/src/session/refresh-surroundings.e2e.test.ts',
  'packages/local/src/session/session-keeper.e2e.test.ts',
  'packages/local/src/session/session-kills.e2e.test.ts',
];

const { values } = parseArgs({
  options: { only: { type: 'string' }, help: { type: 'boolean', default: false } },
});

if (values.help) console.log(HELP);
else
  for (const server of values.only ? [values.only] : ['teamspace', 'teamspace-installed']) {
    console.log(`== logins at ${server}`);
    const env = { ...process.env, SPEC_KITTY_TEST_SERVER: server };
    const code = run([process.execPath, 'node_modules/vitest/vitest.mjs', 'run', ...SUITE], { env });
    process.exitCode ||= code;
  }
