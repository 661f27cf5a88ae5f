import { parseYamlMapping } from '../../planning/frontmatter/parse-yaml-mapping.ts';
import { readFrontmatter } from '../../planning/frontmatter/read-frontmatter.ts';
import { splitFrontmatter } from '../../planning/frontmatter/split-frontmatter.ts';

/** What a package says that it is about. */
export interface PackagePromise {
  /** Its title and its text; what its frontmatter lists says what it may do, and not what it shall do. */
  readonly words: string;
  readonly owns: readonly string[];
  /** Files that it is to make. */
  readonly makes: readonly string[];
}

/** Reads a package's file; one that cannot be read promises nothing, and is all text. */
export function packagePromise(text: string): PackagePromise {
  const split = splitFrontmatter(text);
  const parsed = split && parseYamlMapping(split.yaml);
  if (!split || !parsed?.ok) return { words: text, owns: [], makes: [] };
  const { title, ownedFiles, createIntent } = readFrontmatter(parsed.values).frontmatter;
  const makes = createIntent.filter((path) => !/[*?[\]{}]/.test(path));
  return { words: `${title ?? ''}\n${split.body}`, owns: ownedFiles ?? [], makes };
}

/** Whether a line that has one of these words also has one of these names, whole paths or their last part. */
export function saysOf(words: string, what: RegExp, names: readonly string[]): boolean {
  const sought = names.flatMap((name) => [name, name.slice(name.lastIndexOf('/') + 1)]);
  return words.split('\n').some((line) => what.test(line) && sought.some((name) => line.includes(name)));
}
