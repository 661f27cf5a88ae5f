import { parseJson } from '../../parse-json.ts';
import { isJsonObject } from '../../status/rows/json-value.ts';
import type { FileChange } from './file-change.ts';

/** What decides which tests run, and whether it counts that they fail. */
const SETTINGS =
  /(?:^|\/)(?:(?:jest|vitest|vite|karma|playwright|cypress|ava|wdio|nyc)\.(?:config|conf|workspace)\.\w+|\.mocharc(?:\.\w+)?|\.nycrc(?:\.\w+)?|pytest\.ini|tox\.ini|setup\.cfg|pyproject\.toml|conftest\.py|noxfile\.py|Makefile|justfile|Taskfile\.ya?ml|Cargo\.toml|pom\.xml|build\.gradle(?:\.kts)?|gradle\.properties|GNUmakefile|makefile|nextest\.toml|\.npmrc|\.gitlab-ci\.yml|package\.json)$|(?:^|\/)(?:\.cargo\/config(?:\.toml)?|\.mvn\/\w+\.config)$|^\.github\/workflows\/[^/]+\.ya?ml$/;

/** Words by which they leave tests out, or let them fail. */
const WEAKENING =
  /\bexclude\b|IgnorePatterns\b|\bpassWithNoTests\b|\bcollect_ignore|--ignore\b|--deselect\b|\bnorecursedirs\b|-k\s+["']?not\b|\bcontinue-on-error\b|\ballow_failure\b|\|\|\s*true\b|\|\|\s*:\s*$|\bexit 0\b|\bskipTests?\b|\btest\.skip\b|\btestFailureIgnore\b|\bignoreFailures\b|\bautotests\s*=\s*false|^\s*test\s*=\s*false|\bforbidOnly\s*:\s*false|\bbail\s*:\s*false|--no-run\b|--passWithNoTests\b|\benabled\s*=\s*false|-D(?:skipTests|maven\.test)|\bonlyIf\s*\{\s*false|\bharness\s*=\s*false|^runner\s*=|^script-shell\b|\b(?:addopts|pytest)\b.*[\s"']-[mk]\s*["']?\w|--(?:collect-only|setup-only|setup-plan)\b|\bno:python\b|\bitems(?:\.clear\(|\[:\])|\bpytest_ignore_collect\b|\bexitstatus\s*=|\bdangerouslyIgnoreUnhandledErrors\b|^-(?:go|npm|npx|yarn|pnpm|cargo|mvn|pytest|python\d?|node)\s/;

/** Settings that, new, reach tests that were there. */
const REACHING =
  /(?:^|\/)(?:(?:jest|vitest|karma|playwright|cypress|ava|wdio|nyc)\.\w+\.\w+|\.mocharc(?:\.\w+)?|pytest\.ini|tox\.ini|conftest\.py|nextest\.toml|\.npmrc|\.cargo\/config(?:\.toml)?|\.mvn\/\w+\.config)$/;

/** Says which tests there are; a new file has to say it somehow. */
const CHOOSING =
  /\btest(?:Match|Regex|NamePattern|paths|SourceDirectory)\b|\bpython_(?:files|classes|functions)\b/;

/** Does so, too, where it stood before already; elsewhere it is about coverage, or about sources. */
const SELECTING = /\b(?:include|testDir|spec)\b["']?\s*[:=]/;

/** Runs tests, in what says how a project is built. */
const RUNNING = /\b(?:tests?|pytest|jest|vitest|mocha|tox|nox|nextest|verify)\b/;
const BUILDS = /(?:makefile|justfile|Taskfile\.ya?ml|\.gitlab-ci\.yml)$|^\.github\//i;

/** Scripts of a package.json that people take for the proof that it works. */
const PROVING = /^(?:pre|post)?(?:test|check|verify|validate|lint|ci|typecheck)(?:[:_-].*)?$/;

/** What a package is about, and how its project proves work. */
interface Proof {
  readonly words: string;
  /** Files that the package is to make. */
  readonly makes: readonly string[];
  /** The project's validation command. */
  readonly validation: readonly string[];
}

/**
 * Finds settings by which tests are left out, or may fail, that were not there before, and changes of what the validation runs.
 * A file that the package's own words name, or that it is to make, may be as it likes.
 */
export function weakenedSettings(
  changes: readonly FileChange[],
  { words, makes, validation }: Proof,
): readonly string[] {
  const run = new Set(validation.map((word) => word.replace(/^\.\//, '')));
  return changes.flatMap(({ path, before, after }) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (words.includes(name) || makes.includes(path)) return [];
    if (before !== null && run.has(path)) return [`${path}, which the validation runs, is changed`];
    if (!(before === null ? REACHING : SETTINGS).test(path)) return [];
    if (after === null) return [`${path} is deleted`];
    const lines =
      name === 'package.json'
        ? changedScripts(before ?? '', after)
        : [
            ...addedLines(before === null ? null : ofTests(path, before), ofTests(path, after)),
            ...lostRuns(path, before ?? '', after),
          ];
    return lines.map((line) => `${path}: ${line}`);
  });
}

/** Parts of settings that are about something else than which tests run: what is built, packed, formatted or covered. */
const ELSEWHERE =
  /^(?:coverage|optimizeDeps|build|rollupOptions|resolve|server|package|lint|format|profile\b.*|tool\.(?!pytest|tox|nox|hatch|pdm|poe|nextest).*)$/;

/** The lines that are in none of those. */
function ofTests(path: string, text: string): string {
  const lines = text.split('\n');
  return (path.endsWith('.toml') ? ofTables(lines) : ofBrackets(lines)).join('\n');
}

function ofTables(lines: readonly string[]): readonly string[] {
  let isOut = false;
  return lines.filter((line) => {
    const table = /^\s*\[+([^\]]+)\]/.exec(line)?.[1];
    if (table !== undefined) isOut = ELSEWHERE.test(table);
    return !isOut;
  });
}

/** Each part begins with its name, and ends where its bracket closes. */
function ofBrackets(lines: readonly string[]): readonly string[] {
  let depth = 0;
  let out: number | undefined;
  return lines.filter((line) => {
    const from = depth;
    depth += line.replaceAll(/[^{[]/g, '').length - line.replaceAll(/[^\]}]/g, '').length;
    const name = /^\s*["']?(\w+)["']?\s*:\s*[{[]/.exec(line)?.[1];
    if (out === undefined && name !== undefined && ELSEWHERE.test(name)) out = from;
    const isOut = out !== undefined;
    if (out !== undefined && depth <= out) out = undefined;
    return !isOut;
  });
}

/** What may fail without anything being wrong with the tests. */
const CLEARING =
  /^[-@\s]*(?:rm|mkdir|kill|pkill|docker|git|cp|mv|ln|which|command)\s[^|&;]*\|\|\s*(?:true|:)\s*$/;

function addedLines(before: string | null, after: string): readonly string[] {
  const known = new Set(trimmed(before ?? ''));
  const now = trimmed(after).filter((line) => !CLEARING.test(line));
  const isSelected = [...known].some((line) => SELECTING.test(line) && !now.includes(line));
  const forms = [WEAKENING, ...(before === null ? [] : [CHOOSING]), ...(isSelected ? [SELECTING] : [])];
  return now.filter((line) => !known.has(line) && forms.some((form) => form.test(line)));
}

/** Commands that run tests, and of which nothing is left. */
function lostRuns(path: string, before: string, after: string): readonly string[] {
  if (!BUILDS.test(path)) return [];
  const commands = trimmed(before)
    .map((line) => line.replace(/^(?:-\s+)?(?:run|script)\s*:\s*|^[-@]+\s*/, ''))
    .filter((line) => RUNNING.test(line) && !/^#|^[\w .-]+:|^[\w-]+\s*[:?+]?=/.test(line));
  return commands
    .filter((line) => !after.includes(line.split(/\s+/).slice(0, 2).join(' ')))
    .map((line) => `without ${line}`);
}

function trimmed(text: string): readonly string[] {
  return text.split('\n').map((line) => line.trim());
}

function changedScripts(before: string, after: string): readonly string[] {
  const [then, now] = [scriptsOf(before), scriptsOf(after)];
  const proving = Object.keys(then).filter((name) => PROVING.test(name) && now[name] !== then[name]);
  return [
    ...proving.map((name) => (now[name] === undefined ? `without ${name}` : `${name} is ${now[name]}`)),
    ...addedLines(before, after).filter(
      (line) =>
        !/^"[\w:-]+"\s*:/.test(line) || /Ignore|passWith|"test(?:Match|Regex|NamePattern)"/.test(line),
    ),
  ];
}

function scriptsOf(text: string): Readonly<Record<string, string>> {
  const document = parseJson(text);
  const scripts = isJsonObject(document) ? document['scripts'] : undefined;
  if (!isJsonObject(scripts)) return {};
  return Object.fromEntries(
    Object.entries(scripts).flatMap(([name, script]) => (typeof script === 'string' ? [[name, script]] : [])),
  );
}
