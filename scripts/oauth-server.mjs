import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { ROOT } from './repository-root.mjs';

/**
 * `npm run oauth-server`: the server that the tests log in to, to try signing in by hand. It keeps everything in memory,
 * listens on this machine alone, and lets anybody be Ada.
 */
async function main() {
  const folder = path.join(ROOT, 'node_modules/.cache', `oauth-server-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'server.mjs');
  const bundler = await rolldown({
    input: path.join(ROOT, 'packages/testkit/src/oauth/oauth-server.ts'),
    platform: 'node',
    logLevel: 'warn',
  });
  await bundler.write({ file, format: 'esm' });
  await bundler.close();
  const { OAuthServer } = await import(file);
  rmSync(folder, { recursive: true, force: true });
  const server = new OAuthServer();
  console.log(`export SPEC_KITTY_SAAS_URL=${await server.listen()}`);
}

await main();
