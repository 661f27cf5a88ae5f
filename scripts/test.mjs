import { installForTests } from './install.mjs';
import { run, stage } from './run-stage.mjs';
import { otherNodes } from './test-nodes.mjs';

/** Tests whose file name says so are the ones that also run on the other Node versions. */
const TRANSCRIPTS = '.transcript.test.ts';

const vitest = (node, args) => run([node, 'node_modules/vitest/vitest.mjs', 'run', ...args]);

/** Installs, builds and tests; with arguments, only what they select and only on the running Node. */
async function test(args) {
  await stage('install', () => installForTests());
  const built = run([process.execPath, 'scripts/build.mjs']);
  if (built !== 0) return built;
  const tested = await stage(`tests on Node ${process.versions.node}`, () => vitest(process.execPath, args));
  if (tested !== 0 || args.length > 0) return tested;
  // Needs what the first stage has installed.
  const { testCoreLogins } = await import('./logins/test-logins.mjs');
  const loggedIn = await testCoreLogins();
  if (loggedIn !== 0) return loggedIn;
  for (const { major, executable } of otherNodes()) {
    const code = await stage(`transcripts on Node ${major}`, () => vitest(executable, [TRANSCRIPTS]));
    if (code !== 0) return code;
  }
  return 0;
}

process.exitCode = await test(process.argv.slice(2));
