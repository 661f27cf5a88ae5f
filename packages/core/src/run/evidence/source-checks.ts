import { few } from '../../few.ts';
import { type FileChange, languageOf } from './file-change.ts';
import type { GateCheck } from './gate-check.ts';
import { type LostTest, lostTests } from './lost-tests.ts';
import { misplacedLinks } from './misplaced-links.ts';
import type { PackagePromise } from './package-promise.ts';
import { placeholders } from './placeholders.ts';
import { lackOfSubstance } from './substance.ts';
import { weakenedSettings } from './weakened-settings.ts';

/**
 * What the files of a package show: whether it can be the work, whether tests are gone or kept from running, and bodies that
 * are not written.
 *
 * @param against which of the files that the package is to make are not there, and the project's validation command.
 */
export function sourceChecks(
  changes: readonly FileChange[],
  promise: PackagePromise,
  against: { readonly absent: readonly string[]; readonly validation: readonly string[] },
): readonly GateCheck[] {
  const lost = lostTests(changes, promise.words).map(
    ({ path, what, test }) => `${path}: ${WORDS[what]} ${test}`,
  );
  const stubs = placeholders(changes).map(({ path, line, text }) => `${path}:${line}: ${text}`);
  const unread = changes.filter(isUnread).map(({ path }) => path);
  return [
    work(lackOfSubstance(changes, promise, against.absent)),
    check('links', misplacedLinks(changes), {
      failed: 'Links and submodules have no place there',
      passed: 'No link leads out of the work.',
    }),
    check('tests', lost, {
      failed: 'Tests are lost that the package does not name',
      passed: 'No test is deleted, skipped or emptied.',
      unread,
    }),
    check('test_settings', weakenedSettings(changes, { ...promise, ...against }), {
      failed: 'Settings are weakened that the package does not name',
      passed: 'No setting leaves tests out.',
    }),
    check('placeholders', stubs, {
      failed: 'Bodies are left to be written',
      passed: 'No body is left to be written.',
      unread,
    }),
  ];
}

/** A source in a language that nobody knows here, or that is too long to be read. */
function isUnread({ path, before, after, instead }: FileChange): boolean {
  const language = languageOf(path);
  const isKnown = language !== undefined && language !== 'other';
  return isKnown ? before === null && after === null && instead === undefined : language === 'other';
}

const WORDS: Readonly<Record<LostTest['what'], string>> = {
  deleted: 'deleted',
  skipped: 'does not run any more by',
  only: 'alone runs by',
  hollow: 'nothing can fail in',
};

function work(lacks: readonly string[]): GateCheck {
  return lacks.length > 0
    ? { name: 'work', state: 'failed', says: lacks.join(' ') }
    : { name: 'work', state: 'passed', says: 'What the package is about is changed.' };
}

interface Words {
  readonly failed: string;
  readonly passed: string;
  readonly unread?: readonly string[];
}

function check(
  name: GateCheck['name'],
  found: readonly string[],
  { failed, passed, unread = [] }: Words,
): GateCheck {
  if (found.length > 0) return { name, state: 'failed', says: `${failed}: ${few(found)}.` };
  if (unread.length > 0)
    return {
      name,
      state: 'not_checked',
      says: `Not looked into, for its language or its length: ${few(unread)}.`,
    };
  return { name, state: 'passed', says: passed };
}
