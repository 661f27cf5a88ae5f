import { createHash } from 'node:crypto';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';

/** What the place of a user's logins depends on. */
export interface RootSurroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/**
 * Folder of a user's logins, `auth` in the runtime root that the predecessor uses too (A§2.1); no file in it is shared.
 *
 * @throws Fault `SPEC_KITTY_HOME_RELATIVE`: a relative one would depend on where a command is started.
 */
export function sessionRoot({ platform, env, home }: RootSurroundings): string {
  const rules = platform === 'win32' ? path.win32 : path.posix;
  const chosen = env['SPEC_KITTY_HOME'];
  if (chosen) {
    if (rules.isAbsolute(chosen)) return rules.join(rules.resolve(chosen), 'auth');
    throw new Fault(
      'usage',
      'SPEC_KITTY_HOME_RELATIVE',
      `SPEC_KITTY_HOME must be an absolute path: ${chosen}`,
      { hints: ['Give the whole path; nothing replaces a `~` in it.'], details: { value: chosen } },
    );
  }
  const root =
    platform === 'win32'
      ? rules.join(env['LOCALAPPDATA'] || rules.join(home, 'AppData', 'Local'), 'spec-kitty')
      : rules.join(home, '.spec-kitty');
  return rules.join(root, 'auth');
}

/** Name of the folder for one server: the first 16 hexadecimal digits of the SHA-256 of its origin (A§2.6). */
export function issuerKey(issuer: string): string {
  return createHash('sha256').update(issuer).digest('hex').slice(0, 16);
}
