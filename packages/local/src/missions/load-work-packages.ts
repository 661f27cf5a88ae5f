import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { WorkPackage } from '@spec-kitty/core/planning/work-packages';
import type { MissionFiles } from '@spec-kitty/core/ports/mission-store';
import type { DerivedCache } from '../cache/derived-cache.ts';
import { fingerprint } from '../cache/file-fingerprint.ts';

/** Raised with every change to what is read from the files, so that an older cache is not believed. */
const FORMAT = 5;

/** Where a mission's packages are read from, and remembered. */
export interface PackageSource {
  readonly missionId: string;
  readonly files: MissionFiles;
  /** The mission's folder; `undefined` when its files come from a branch and nothing is remembered. */
  readonly folder: string | undefined;
  readonly cache: DerivedCache;
  readonly nowMs: number;
}

/** Reads a mission's packages; parsing YAML costs more than the rest of a small command, so the result is remembered. */
export async function loadWorkPackages(source: PackageSource): Promise<readonly WorkPackage[]> {
  const name = `packages-${source.missionId}`;
  const key = source.folder === undefined ? undefined : packagesKey(source.folder, source.nowMs);
  const known = key === undefined ? undefined : source.cache.get(name, key);
  if (known) return known as readonly WorkPackage[];
  // The parser is loaded only when something changed.
  const [{ packageTexts }, { readWorkPackages }] = await Promise.all([
    import('@spec-kitty/core/mission/package-texts'),
    import('@spec-kitty/core/planning/work-packages'),
  ]);
  const packages = readWorkPackages(packageTexts(source.files));
  if (key !== undefined) source.cache.put(name, key, packages);
  return packages;
}

/** `undefined` while any of the files is too young to be told from its next version. */
function packagesKey(folder: string, nowMs: number): string | undefined {
  const tasks = path.join(folder, 'tasks');
  const isFolder = lstatSync(tasks, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const entries = isFolder ? readdirSync(tasks, { withFileTypes: true }) : [];
  const packages = entries.filter((entry) => isPackage(entry.name));
  const names = [
    'tasks.md',
    'wps.yaml',
    ...packages.map((entry) => path.join('tasks', entry.name)).toSorted(),
  ];
  const prints = names.map((name) => ({ name, print: fingerprint(path.join(folder, name), nowMs) }));
  if (!prints.every(({ print }) => print.settled)) return undefined;
  return [FORMAT, ...prints.map(({ name, print }) => `${name}=${print.text}`)].join(' ');
}

function isPackage(name: string): boolean {
  return name.startsWith('WP') && name.endsWith('.md');
}
