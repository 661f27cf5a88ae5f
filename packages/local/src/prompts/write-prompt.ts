import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { printable } from '@spec-kitty/core/printable';
import { diskFault } from '../files/disk-fault.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import { privateDir, type Repository } from '../repository/repository.ts';

/**
 * Writes a prompt where agents can read it and Git does not see it; returns its absolute path.
 *
 * Titles, packages and notes in it are a repository's own text, which may hide from people what agents are told.
 */
export function writePrompt(repository: Repository, name: string, text: string): string {
  const folder = privateDir(repository, 'prompts');
  const file = path.join(folder, `${name}.md`);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw diskFault(error, file);
  }
  writeAtomically(file, printable(text), { skipEqual: true });
  return file;
}
