import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Tells whether the module with this URL is the program that Node was asked to run, also through a link. */
export function isMain(moduleUrl) {
  const program = process.argv[1];
  return program !== undefined && realpathSync(program) === fileURLToPath(moduleUrl);
}
