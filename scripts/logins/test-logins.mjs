import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { isMain } from '../is-main.mjs';
import { run, stage } from '../run-stage.mjs';

const HELP = `npm run test:logins -- [--only teamspace|teamspace-installed]

Runs the suite of logins, which npm test runs against a small server, against Teamspace: on the PostgreSQL that it brings, and
on the one that is installed on this machine.`;

/** What a part of it shows within a minute: logging in and out, and many processes that refresh one session. */
const CORE = [
  'packages/cli/src/commands/auth/login.test.ts',
  'packages/local/src/session/refresh-races.e2e.test.ts',
  'packages/local/src/session/session-keeper.e2e.test.ts',
];

/** Everything that has its server by `openServer` of the testkit. */
const SUITE = [
  'packages/cli/src/commands/auth',
  'packages/local/src/session/refresh-surroundings.e2e.test.ts',
  'packages/local/src/session/session-kills.e2e.test.ts',
  ...CORE.slice(1),
];

/** Runs the core of the suite on every PostgreSQL that there is. Returns the first exit code that is not 0, else 0. */
export async function testCoreLogins() {
  const isInstalled = await hasInstalledPostgres();
  if (!isInstalled) console.log('== logins at teamspace-installed: skipped, as no PostgreSQL answers');
  for (const server of isInstalled ? ['teamspace', 'teamspace-installed'] : ['teamspace']) {
    const code = await testLogins(server, CORE);
    if (code !== 0) return code;
  }
  return 0;
}

function testLogins(server, suite) {
  const env = { ...process.env, SPEC_KITTY_TEST_SERVER: server };
  return stage(`logins at ${server}`, () =>
    run([process.execPath, 'node_modules/vitest/vitest.mjs', 'run', ...suite], { env }),
  );
}

/** Asks where the tests of the server look for one. */
async function hasInstalledPostgres() {
  const url = process.env.TEAMSPACE_TEST_POSTGRES;
  const usual = { host: '127.0.0.1', port: 5432, user: userInfo().username, database: 'postgres' };
  const client = new pg.Client(url === undefined ? usual : { connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (url !== undefined) throw error;
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

if (isMain(import.meta.url)) {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, help: { type: 'boolean', default: false } },
  });
  if (values.help) console.log(HELP);
  else
    for (const server of values.only ? [values.only] : ['teamspace', 'teamspace-installed'])
      process.exitCode ||= await testLogins(server, SUITE);
}
