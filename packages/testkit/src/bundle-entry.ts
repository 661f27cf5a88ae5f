import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));

/** A program that `node` runs as it is. */
export interface BundledEntry {
  readonly file: string;
  dispose(): void;
}

/**
 * Bundles TypeScript source, with `@spec-kitty/*` imports, for a child process: Node 20 cannot run it directly.
 *
 * The program lies below the repository's `node_modules`, so that native packages resolve from it.
 */
export async function bundleEntry(source: string): Promise<BundledEntry> {
  const cache = path.join(REPOSITORY, 'node_modules', '.cache', 'testkit');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(path.join(cache, 'entry-'));
  const input = path.join(folder, 'entry.ts');
  const file = path.join(folder, 'entry.mjs');
  writeFileSync(input, source);
  const bundle = await rolldown({
    input,
    platform: 'node',
    external: ['fs-native-extensions'],
    logLevel: 'warn',
  });
  await bundle.write({ file, format: 'esm', codeSplitting: false });
  await bundle.close();
  return { file, dispose: () => rmSync(folder, { recursive: true, force: true }) };
}
