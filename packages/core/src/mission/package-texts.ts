import type { MissionFiles } from '../ports/mission-store.ts';
import type { PackageTexts } from './work-packages.ts';

/** Reads the planning texts that say something about a mission's packages. */
export function packageTexts(files: MissionFiles): PackageTexts {
  const names = files.list('tasks').filter((name) => name.startsWith('WP') && name.endsWith('.md'));
  return {
    files: new Map(names.map((name) => [name, files.read(`tasks/${name}`) ?? ''])),
    tasksMd: files.read('tasks.md'),
    wpsYaml: files.read('wps.yaml'),
  };
}
