import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createHash } from 'node:crypto';
import path from 'node:path';

/** A copy of the built product that nobody rebuilds while a campaign runs. */
export interface ProductCopy {
  /** File for `node`. */
  readonly bin: string;
  /** Module that exports `main(argv)`. */
  readonly main: string;
  /** Hash of the built files: two campaigns with the same one tested the same program. */
  readonly hash: string;
}

/**
 * Copies the built CLI to below `node_modules`, where its native package resolves.
 *
 * @throws Error when there is no build.
 */
export function copyProduct(repository: string): ProductCopy {
  const cli = path.join(repository, 'packages', 'cli');
  if (!existsSync(path.join(cli, 'dist', 'main.cjs')))
    throw new Error('There is no build: run `npm run build` first.');
  const hash = hashOf(path.join(cli, 'dist'));
  const root = path.join(repository, 'node_modules', '.cache', 'testkit', `product-${hash}`);
  if (!existsSync(root)) {
    const draft = `${root}.${process.pid}`;
    mkdirSync(draft, { recursive: true });
    for (const name of ['bin', 'dist', 'package.json'])
      cpSync(path.join(cli, name), path.join(draft, name), { recursive: true });
    try {
      renameSync(draft, root);
    } catch {
      // Another process was faster with the same content.
      rmSync(draft, { recursive: true, force: true });
    }
  }
  return { bin: path.join(root, 'bin', 'spec-kitty.cjs'), main: path.join(root, 'dist', 'main.cjs'), hash };
}

function hashOf(folder: string): string {
  const hash = createHash('sha256');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
  for (const name of names)
    if (name.endsWith('.cjs')) hash.update(name).update(readFileSync(path.join(folder, name)));
  return hash.digest('hex').slice(0, 12);
}
