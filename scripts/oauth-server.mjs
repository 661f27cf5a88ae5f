import { mkdirSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { ROOT } from './repository-root.mjs';

/**
 * `npm run oauth-server`: the server that the tests log in to, to try signing in by hand. It keeps everything in memory,
 * listens on this machine alone, and lets anybody be Ada. It breaks as the lines say that are typed, and those after `--`.
 */
async function main() {
  const folder = path.join(ROOT, 'node_modules/.cache', `oauth-server-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'server.mjs');
  const bundler = await rolldown({
    input: path.join(ROOT, 'packages/testkit/src/oauth/breakable-server.ts'),
    platform: 'node',
    logLevel: 'warn',
  });
  await bundler.write({ file, format: 'esm' });
  await bundler.close();
  const { BreakableServer } = await import(file);
  rmSync(folder, { recursive: true, force: true });
  const server = new BreakableServer();
  console.log(`export SPEC_KITTY_SAAS_URL=${await server.listen()}`);
  for (const line of process.argv.slice(2)) console.log(server.obey(line));
  if (process.stdin.isTTY) console.log('Type `help` for ways to break it, Ctrl-C to end it.');
  for await (const line of createInterface({ input: process.stdin }))
    if (line.trim() !== '') console.log(server.obey(line));
}

await main();
