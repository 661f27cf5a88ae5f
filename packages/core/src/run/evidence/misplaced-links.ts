import { isOwnPath } from '../../own-paths.ts';
import { type FileChange, languageOf } from './file-change.ts';

/**
 * Finds links and submodules where a source should be, and links that lead out of the repository or into what is no part of
 * its work: what they show is on this machine alone, and is no work of a package.
 */
export function misplacedLinks(changes: readonly FileChange[]): readonly string[] {
  return changes.flatMap(({ path, instead }) => {
    if (instead === undefined) return [];
    if (instead === 'submodule') return languageOf(path) === undefined ? [] : [`${path} is a submodule`];
    const to = landingOf(path, instead.link);
    if (to === undefined) return [`${path} is a link out of the repository`];
    if (isOwnPath(to) || /^\.(?:git|worktrees)(?:\/|$)/i.test(to)) return [`${path} is a link to ${to}`];
    return languageOf(path) === undefined ? [] : [`${path} is a link to ${to}`];
  });
}

/** Path relative to the repository; `undefined` outside of it. */
function landingOf(path: string, target: string): string | undefined {
  if (/^(?:\/|[A-Za-z]:|\\)/.test(target)) return undefined;
  const parts = path.split('/').slice(0, -1);
  for (const part of target.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return undefined;
    } else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}
