import type { WorkPackage } from '@spec-kitty/core/mission/work-packages';
import type { Mission } from '@spec-kitty/core/ports/mission-store';
import type { DerivedCache } from '../cache/derived-cache.ts';
import { contentHash } from '../cache/file-fingerprint.ts';

/** Raised with every change to what is read from the files, so that an older cache is not believed. */
const FORMAT = 1;

/** Reads a mission's packages; parsing YAML costs more than the rest of a small command, so the result is remembered. */
export async function loadWorkPackages(
  { missionId, files }: Mission,
  cache: DerivedCache,
): Promise<readonly WorkPackage[]> {
  const texts = {
    files: new Map(
      files
        .list('tasks')
        .filter((name) => name.startsWith('WP') && name.endsWith('.md'))
        .map((name) => [name, files.read(`tasks/${name}`) ?? '']),
    ),
    tasksMd: files.read('tasks.md'),
    wpsYaml: files.read('wps.yaml'),
  };
  const parts = [texts.tasksMd ?? '', texts.wpsYaml ?? '', ...[...texts.files].flat()];
  const key = `${FORMAT} ${parts.map((part) => part.length).join('.')} ${contentHash(Buffer.from(parts.join('\0')))}`;
  const known = cache.get(`packages-${missionId}`, key);
  if (known) return known as readonly WorkPackage[];
  // The parser is loaded only when something changed.
  const { readWorkPackages } = await import('@spec-kitty/core/mission/work-packages');
  const packages = readWorkPackages(texts);
  cache.put(`packages-${missionId}`, key, packages);
  return packages;
}
