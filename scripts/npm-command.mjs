import { existsSync } from 'node:fs';
import path from 'node:path';

const CLI = 'node_modules/npm/bin/npm-cli.js';

/**
 * Returns the program and its first arguments that run npm.
 *
 * npm's own script is run by this Node where it can be found, because Windows cannot start
 * `npm.cmd` without a shell.
 */
export function npmCommand() {
  const home = path.dirname(process.execPath);
  const candidates = [
    process.env.npm_execpath ?? '',
    path.join(home, CLI),
    path.join(home, '..', 'lib', CLI),
  ];
  const script = candidates.find((file) => path.basename(file) === 'npm-cli.js' && existsSync(file));
  return script === undefined ? ['npm'] : [process.execPath, script];
}
