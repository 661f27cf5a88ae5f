import { readFrontmatter, type WpFrontmatter } from './read-frontmatter.ts';
import { parseYamlMapping } from './parse-yaml-mapping.ts';
import type { PlanningFinding, PlanningRule } from '../planning-finding.ts';
import { splitFrontmatter } from './split-frontmatter.ts';

/** A `tasks/WPnn-slug.md` file, read. */
export interface WorkPackageFile {
  readonly fileName: string;
  /** From the file name, which is what every reader looks a package up by (L§4.7). */
  readonly id: string;
  /** The id itself where the file names none. */
  readonly title: string;
  readonly frontmatter: WpFrontmatter;
  readonly body: string;
  readonly bodyLine: number;
  readonly text: string;
  /** What is wrong with the file although it can be read; finalizing refuses these. */
  readonly problems: readonly PlanningFinding[];
}

/** A file that could be read, or the one reason why not, with its line. */
export type ReadWorkPackage =
  | { readonly ok: true; readonly file: WorkPackageFile }
  | { readonly ok: false; readonly problem: PlanningFinding };

/** Returns the package that a file name in `tasks/` belongs to: `WPnn.md` or `WPnn-slug.md`. */
export function workPackageIdOf(fileName: string): string | undefined {
  return /^(WP\d{2})(?:[-_.][^/\\]*)?\.md$/.exec(fileName)?.[1];
}

/** Reads a work package's file; the name decides the id, and a different id inside is a problem. */
export function parseWorkPackageFile(fileName: string, text: string): ReadWorkPackage {
  const finding = (line: number | undefined, rule: PlanningRule, message: string): PlanningFinding => {
    return { file: `tasks/${fileName}`, line, rule, message };
  };
  const id = workPackageIdOf(fileName);
  if (id === undefined) {
    return { ok: false, problem: finding(undefined, 'file-name', `${fileName} is not named WPnn-slug.md.`) };
  }
  const split = splitFrontmatter(text);
  if (!split) {
    const message = 'The file does not begin with YAML frontmatter between two "---" lines.';
    return { ok: false, problem: finding(1, 'frontmatter-missing', message) };
  }
  const parsed = parseYamlMapping(split.yaml);
  if (!parsed.ok)
    return { ok: false, problem: finding(parsed.line + 1, 'frontmatter-invalid', `${parsed.message}.`) };

  const { frontmatter, problems } = readFrontmatter(parsed.values);
  const lineOf = (key: string) => lineOfKey(text, key);
  const found = problems.map(({ key, message }) => finding(lineOf(key), 'frontmatter-value', message));
  const { workPackageId, title } = frontmatter;
  if (workPackageId !== undefined && workPackageId !== id) {
    const message = `work_package_id is ${JSON.stringify(workPackageId.slice(0, 40))} but the file is named for ${id}.`;
    found.push(finding(lineOf('work_package_id'), 'id-mismatch', message));
  }
  const { body, bodyLine } = split;
  return {
    ok: true,
    file: { fileName, id, title: title ?? id, frontmatter, body, bodyLine, text, problems: found },
  };
}

/** Line of a top-level frontmatter key in the file, counted from 1; `undefined` where it is not written. */
export function lineOfKey(text: string, key: string): number | undefined {
  const index = text.split('\n').findIndex((line) => line.startsWith(`${key}:`));
  return index < 0 ? undefined : index + 1;
}
