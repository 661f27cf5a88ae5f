import { meaningOf } from './code-only.ts';
import { type FileChange, languageOf } from './file-change.ts';
import { isTestFile } from './test-file.ts';
import { few } from '../../few.ts';
import type { PackagePromise } from './package-promise.ts';

const LOCKS =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|deno\.lock|Cargo\.lock|poetry\.lock|pdm\.lock|uv\.lock|Pipfile\.lock|go\.sum|Gemfile\.lock|composer\.lock|gradle\.lockfile|mix\.lock|pubspec\.lock|flake\.lock|packages\.lock\.json)$/;

/** A package that says so is about just that. */
const ABOUT_LOCKS = /\block ?files?\b|\bdependenc|\bupgrad|\bbump|\bpin\b/i;
const ABOUT_WORDS =
  /\bcomment|docstring|\b[jt]s-?doc\b|\b(?:java|rust|go)doc\b|\bdocument|\blicen[cs]e|\bcopyright|white ?space|\bindent|\bre-?format|\bformatter|\blint|\btypo/i;

/**
 * Why what a package changes cannot be what it promised, one sentence each; none where it may be.
 *
 * @param absent those of the files that it is to make which are not there.
 */
export function lackOfSubstance(
  changes: readonly FileChange[],
  { words, owns, makes }: PackagePromise,
  absent: readonly string[],
): readonly string[] {
  const deleted = new Set(changes.filter(({ before }) => before !== null).map(({ path }) => path));
  const unmade = makes.filter((path) => absent.includes(path) && !deleted.has(path));
  return [
    unmade.length > 0 ? `Files that the package is to make are not there: ${few(unmade)}.` : undefined,
    onlyLocks(changes, { words, owns }),
    onlyWords(changes, words),
    noSource(changes, { words, owns }),
  ].filter((sentence) => sentence !== undefined);
}

type Words = Pick<PackagePromise, 'words' | 'owns'>;

function onlyLocks(changes: readonly FileChange[], { words, owns }: Words): string | undefined {
  const isAll = changes.length > 0 && changes.every(({ path }) => LOCKS.test(path));
  const isAsked = ABOUT_LOCKS.test(words) || (owns.length > 0 && owns.every((glob) => LOCKS.test(glob)));
  return isAll && !isAsked ? `Only lock files are changed: ${pathsOf(changes)}.` : undefined;
}

function onlyWords(changes: readonly FileChange[], words: string): string | undefined {
  const isAll = changes.length > 0 && changes.every(saysTheSame);
  return isAll && !ABOUT_WORDS.test(words)
    ? `Only comments and white space are changed: ${pathsOf(changes)}.`
    : undefined;
}

/** Whether the program, or what reads the file, is told nothing new. */
function saysTheSame({ path, before, after, instead }: FileChange): boolean {
  if (instead !== undefined || (before === null && after === null)) return false;
  const language = languageOf(path);
  if (language === undefined || language === 'other')
    return before !== null && after !== null && lines(before) === lines(after);
  const [then, now] = [before, after].map((text) => (text === null ? '' : meaningOf(text, language)));
  // A file that comes and is empty may be what was meant; one of comments alone is not.
  return then === now && (before ?? after) !== '';
}

function lines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n');
}

/** A package that owns certain sources is about them, unless it names what it changes instead. */
function noSource(changes: readonly FileChange[], { words, owns }: Words): string | undefined {
  const sources = owns.filter((glob) => languageOf(glob) !== undefined && !isTestFile(glob));
  if (sources.length === 0 || changes.length === 0) return undefined;
  const isWork = ({ path }: FileChange): boolean =>
    languageOf(path) !== undefined || (!LOCKS.test(path) && isNamed(words, path));
  return changes.some(isWork)
    ? undefined
    : `Nothing is changed but ${pathsOf(changes)}, and no source that the package owns: ${few(sources)}.`;
}

function isNamed(words: string, path: string): boolean {
  return words.includes(path) || words.includes(path.slice(path.lastIndexOf('/') + 1));
}

function pathsOf(changes: readonly FileChange[]): string {
  return few(changes.map(({ path }) => path));
}
