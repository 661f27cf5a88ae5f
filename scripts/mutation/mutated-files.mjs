import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../repository-root.mjs';

const CORE = 'packages/core/src';

/** Folders of rules. */
export const FOLDERS = [
  'status',
  'move',
  'next',
  'execution-lanes',
  'planning',
  'finalize',
  'log',
  'matrices',
  'mission',
  'board',
  'project',
  'check',
  'quick',
  'decisions',
  'retrospect',
  'agents',
  'session',
  'refresh',
  'login',
  'rollout',
  'diagnostics',
  'auth-doctor',
  'guard',
  'run',
  'trace',
  'train',
];

/** Folders that are use cases nearly throughout, texts (`prompts`) or types (`ports`). */
export const LEFT_OUT = [
  'work',
  'merge',
  'merged',
  'abandon',
  'doctor',
  'annotations',
  'prompts',
  'ports',
  'accept',
  'conflicts',
  'recovery',
  'teamspace',
];

/** Files of a folder that only decide. */
export function mutatedFiles(folder) {
  return productFiles(folder).filter((file) => !isUseCase(file));
}

/** The other files of a folder: one that waits for something is a use case, and tested on real Git. */
export function useCases(folder) {
  return productFiles(folder).filter(isUseCase);
}

function productFiles(folder) {
  return sources(`${CORE}/${folder}`).filter((file) => !/\.test\.ts$|\/testing\//.test(file));
}

function isUseCase(file) {
  return /\basync\b|\bPromise</.test(textOf(file));
}

/**
 * Tests of a folder that start no Git. Those on the corpus skip themselves, as it is not beside Stryker's copy; those that
 * prepare everything once, as the model of `status` does, would run whole for every mutant.
 */
export function unitTests(folder) {
  return sources(`${CORE}/${folder}`).filter(
    (file) =>
      file.endsWith('.test.ts') &&
      !/testkit\/(?:mission-world|temp-repository|lane-repository-world)|\bbeforeAll\b/.test(textOf(file)),
  );
}

function sources(folder) {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((file) => file.endsWith('.ts'))
    .toSorted();
}

function textOf(file) {
  return readFileSync(path.join(ROOT, file), 'utf8');
}
