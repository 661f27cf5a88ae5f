import { Fault } from '../fault.ts';
import { parseWorkPackageFile, type ReadWorkPackage } from '../planning/frontmatter/work-package-file.ts';
import type { PlanningFinding } from '../planning/planning-finding.ts';
import type { PackageTexts } from '../planning/work-packages.ts';
import type { MissionFiles } from '../ports/mission-store.ts';

/** Reads the planning texts that say something about a mission's packages. */
export function packageTexts(files: MissionFiles): PackageTexts {
  const names = files.list('tasks').filter((name) => name.startsWith('WP') && name.endsWith('.md'));
  return {
    files: new Map(names.map((name) => [name, readPackageFile(files, name)])),
    tasksMd: files.read('tasks.md'),
    wpsYaml: files.read('wps.yaml'),
  };
}

/** Codes of files that cannot be read at all, with the rule that they break. */
const UNREADABLE: Readonly<Record<string, Pick<PlanningFinding, 'rule' | 'message'>>> = {
  NOT_UTF8: { rule: 'not-utf8', message: 'The file is not UTF-8 text.' },
  NOT_A_PLAIN_FILE: { rule: 'not-a-file', message: 'A plain file has to be here. A link is not followed.' },
  FILE_UNREADABLE: { rule: 'not-a-file', message: 'This user may not read the file.' },
};

/** Reads one file of `tasks/`; one that is not even text is a problem of its package, not of the mission. */
export function readPackageFile(files: MissionFiles, name: string): ReadWorkPackage {
  const file = `tasks/${name}`;
  try {
    return parseWorkPackageFile(name, files.read(file) ?? '');
  } catch (error) {
    const problem = unreadableFinding(file, error);
    if (!problem) throw error;
    return { ok: false, problem };
  }
}

/** What reading a planning file failed with, as something that is wrong with the file; `undefined` for anything else. */
export function unreadableFinding(file: string, error: unknown): PlanningFinding | undefined {
  const unreadable = error instanceof Fault ? UNREADABLE[error.code] : undefined;
  return unreadable && { file, line: undefined, ...unreadable };
}
