import path from 'node:path';
import { programOnPath } from '../process/program-on-path.ts';
import { isFile } from '../process/run-process.ts';

/** Whether the program of an agent is there to be started; nothing is started to find out. */
export function isInstalled(program: string, env: Readonly<Record<string, string | undefined>>): boolean {
  return path.isAbsolute(program) ? isFile(program) : programOnPath(program, env) !== undefined;
}
