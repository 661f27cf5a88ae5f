import path from 'node:path';

const MAX_LINES = 400;
const MAX_FILES = 15;
const CODE = /\.(?:ts|tsx|mjs|cjs)$/;
const BANNED_NAMES = new Set(['utils', 'helpers', 'common', 'misc', 'types', 'index']);

/** A path that exists on one developer's machine only, not preceded by what would make it part of another. */
const MACHINE_PATH = /(?<![\w.$)}\]-])\/(?:work|root|tmp\/bash_jobs)\//;

/**
 * Returns one sentence for every way in which a text file breaks the rules that no linter knows: length,
 * file name, and paths of one machine.
 */
export function sourceProblems(file, text) {
  return [
    ...(CODE.test(file) ? [overlong(file, text), badlyNamed(file)] : []),
    ...machinePaths(file, text),
  ].filter((problem) => problem !== undefined);
}

/**
 * Returns one sentence for every folder with more source files than a newcomer takes in at a glance.
 *
 * Tests do not count, nor the part of a command that is loaded on every start: both are twins of a file beside them.
 */
export function folderProblems(files) {
  const counted = new Map();
  for (const file of files.filter((name) => CODE.test(name) && !/\.(?:test|command)\.\w+$/.test(name))) {
    const folder = path.posix.dirname(file);
    counted.set(folder, (counted.get(folder) ?? 0) + 1);
  }
  return [...counted]
    .filter(([, count]) => count > MAX_FILES)
    .map(([folder, count]) => `${folder} has ${count} source files; ${MAX_FILES} is the limit.`);
}

function overlong(file, text) {
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  return lines > MAX_LINES ? `${file} has ${lines} lines; ${MAX_LINES} is the limit.` : undefined;
}

function badlyNamed(file) {
  const name = path.posix.basename(file).split('.')[0];
  return BANNED_NAMES.has(name)
    ? `${file} is named after no content; name it after its main export.`
    : undefined;
}

function machinePaths(file, text) {
  return text
    .split('\n')
    .flatMap((line, at) =>
      MACHINE_PATH.test(line) ? [`${file}:${at + 1} names a path of one machine: ${line.trim()}`] : [],
    );
}
