import { installWhenStale } from './install.mjs';
import { ROOT } from './repository-root.mjs';
import { run, stage } from './run-stage.mjs';

/** Installs and builds, then shows the main job: the demo, with any arguments passed on to it. */
async function start(args) {
  await stage('install', () => installWhenStale(ROOT));
  const built = run([process.execPath, 'scripts/build.mjs']);
  return built === 0 ? run([process.execPath, 'packages/cli/bin/spec-kitty.cjs', 'demo', ...args]) : built;
}

process.exitCode = await start(process.argv.slice(2));
