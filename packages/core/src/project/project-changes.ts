import { editSection } from './edit-section.ts';
import { hasBlock, loneMark, PROJECT_BLOCKS, withBlock } from './project-blocks.ts';
import type { FileChange } from './file-change.ts';
import { projectVersion } from './project-version.ts';

const METADATA = '.kittify/metadata.yaml';
const PROJECT_SCHEMA = 3;

/** What is asked about files of a project, by paths relative to its root. */
interface Files {
  read(path: string): string | undefined;
  exists(path: string): boolean;
}

/**
 * Files of a new project that this one lacks, with the blocks that `init` makes files of.
 *
 * The note for people in `kitty-specs/` is left out: only a new project begins without missions.
 */
export function missingFiles(files: Files, project: Readonly<Record<string, string>>): readonly FileChange[] {
  const own = Object.entries(project).map(([path, text]) => ({ path, text, why: whyNeeded(path) }));
  const blocks = PROJECT_BLOCKS.filter(({ creates }) => creates).map(({ file, text, reason }) => ({
    path: file,
    text,
    why: reason,
  }));
  return [...own, ...blocks]
    .filter(({ path }) => path !== 'kitty-specs/README.md' && !files.exists(path))
    .map((file) => ({ ...file, kind: 'create' }));
}

/** Blocks that a file of the user's lacks; they come after what is there. */
export function lackingBlocks(files: Files): readonly FileChange[] {
  return PROJECT_BLOCKS.flatMap((block) => {
    const text = files.exists(block.file) ? files.read(block.file) : undefined;
    if (text === undefined || hasBlock(text, block) || loneMark(text, block)) return [];
    return [{ path: block.file, kind: 'append', text: withBlock(text, block), why: block.reason }];
  });
}

/** Blocks of which somebody has removed one mark: nobody but a person can tell what of the file belongs to them. */
export function damagedBlocks(files: Files) {
  return PROJECT_BLOCKS.flatMap((block) => {
    const text = files.exists(block.file) ? files.read(block.file) : undefined;
    const lone = text === undefined ? undefined : loneMark(text, block);
    return lone ? [{ path: block.file, ...lone }] : [];
  });
}

/**
 * The version that a project says it has been brought to; nothing where it is this one already.
 *
 * `undefined` for a file that cannot be edited line by line.
 */
export function metadataChange(
  text: string | undefined,
  { version, at }: { readonly version: string; readonly at: string },
): readonly FileChange[] | undefined {
  if (text === undefined || projectVersion(text) === version) return [];
  const schema = /^\s+schema_version:\s*\S/m.test(text) ? {} : { schema_version: PROJECT_SCHEMA };
  const edited = editSection(text, 'spec_kitty', { version, last_upgraded_at: at, ...schema });
  if (edited === undefined) return undefined;
  return [{ path: METADATA, kind: 'replace', text: edited, why: `the project is at ${version}` }];
}

function whyNeeded(path: string): string {
  if (path.endsWith('.gitignore')) return 'keeps what belongs to one machine out of commits';
  return path === METADATA ? 'says which version the project is at' : 'settings of the project';
}
