import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { diskFault } from '../files/disk-fault.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import { privateDir, type Repository } from '../repository/repository.ts';

/** Writes a prompt where agents can read it and Git does not see it; returns its absolute path. */
export function writePrompt(repository: Repository, name: string, text: string): string {
  const folder = privateDir(repository, 'prompts');
  const file = path.join(folder, `${name}.md`);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw diskFault(error, file);
  }
  writeAtomically(file, text, { skipEqual: true });
  return file;
}
