import { parseJson } from '../../parse-json.ts';
import { isJsonObject } from '../../status/rows/json-value.ts';
import type { FileChange } from './file-change.ts';

/** What decides which tests run, and whether it counts that they fail. */
const SETTINGS =
  /(?:^|\/)(?:(?:jest|vitest|vite|karma|playwright|cypress|ava|wdio|nyc)\.(?:config|conf|workspace)\.\w+|\.mocharc(?:\.\w+)?|\.nycrc(?:\.\w+)?|pytest\.ini|tox\.ini|setup\.cfg|pyproject\.toml|conftest\.py|noxfile\.py|Makefile|justfile|Taskfile\.ya?ml|Cargo\.toml|pom\.xml|build\.gradle(?:\.kts)?|\.gitlab-ci\.yml|package\.json)$|^\.github\/workflows\/[^/]+\.ya?ml$/;

/** Words by which they leave tests out, or let them fail. */
const WEAKENING =
  /\bexclude\b|IgnorePatterns\b|\bpassWithNoTests\b|\bcollect_ignore|--ignore\b|--deselect\b|\bnorecursedirs\b|-k\s+["']?not\b|\bcontinue-on-error\b|\ballow_failure\b|\|\|\s*true\b|\|\|\s*:\s*$|\bexit 0\b|\bskipTests?\b|\btest\.skip\b|\btestFailureIgnore\b|\bignoreFailures\b|\bautotests\s*=\s*false|^\s*test\s*=\s*false|\bforbidOnly\s*:\s*false|\bbail\s*:\s*false|--no-run\b|--passWithNoTests\b|\benabled\s*=\s*false/;

/** Scripts of a package.json that people take for the proof that it works. */
const PROVING = /^(?:pre|post)?(?:test|check|verify|validate|lint|ci|typecheck)(?:[:_-].*)?$/;

/**
 * Finds settings by which tests are left out, or may fail, that were not there before. A file of settings that the package's
 * own words name may be changed as it likes.
 */
export function weakenedSettings(changes: readonly FileChange[], words: string): readonly string[] {
  return changes.flatMap(({ path, before, after }) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (!SETTINGS.test(path) || words.includes(name) || before === null) return [];
    if (after === null) return [`${path} is deleted`];
    const lines = name === 'package.json' ? changedScripts(before, after) : addedLines(before, after);
    return lines.map((line) => `${path}: ${line}`);
  });
}

function addedLines(before: string, after: string): readonly string[] {
  const known = new Set(before.split('\n').map((line) => line.trim()));
  return after
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => !known.has(line) && WEAKENING.test(line));
}

function changedScripts(before: string, after: string): readonly string[] {
  const [then, now] = [scriptsOf(before), scriptsOf(after)];
  const proving = Object.keys(then).filter((name) => PROVING.test(name) && now[name] !== then[name]);
  return [
    ...proving.map((name) => (now[name] === undefined ? `without ${name}` : `${name} is ${now[name]}`)),
    ...addedLines(before, after).filter(
      (line) => !/^"[\w:-]+"\s*:/.test(line) || /Ignore|passWith/.test(line),
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
