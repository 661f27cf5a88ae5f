import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';

/** What the place of a user's state depends on. */
export interface StateSurroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/**
 * Folder for what belongs to the user and to no repository, by the habits of the platform.
 *
 * @throws Fault `STATE_DIR_RELATIVE`: a relative `SPEC_KITTY_STATE_DIR` could point into a repository.
 */
export function stateRoot({ platform, env, home }: StateSurroundings): string {
  const rules = platform === 'win32' ? path.win32 : path.posix;
  const chosen = env['SPEC_KITTY_STATE_DIR'];
  if (chosen) {
    if (rules.isAbsolute(chosen)) return chosen;
    throw new Fault(
      'usage',
      'STATE_DIR_RELATIVE',
      `SPEC_KITTY_STATE_DIR must be an absolute path: ${chosen}`,
    );
  }
  if (platform === 'win32')
    return rules.join(env['LOCALAPPDATA'] || rules.join(home, 'AppData', 'Local'), 'spec-kitty');
  if (platform === 'darwin') return rules.join(home, 'Library', 'Application Support', 'spec-kitty');
  const xdg = env['XDG_STATE_HOME'];
  // The XDG rules say to ignore a relative one.
  return rules.join(xdg && rules.isAbsolute(xdg) ? xdg : rules.join(home, '.local', 'state'), 'spec-kitty');
}
