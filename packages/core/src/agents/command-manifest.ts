import { isJsonObject } from '../status/rows/json-value.ts';

/** Where a project keeps which command files are Spec Kitty's (L§1.1). */
export const MANIFEST_FILE = '.kittify/command-skills-manifest.json';

/** One file that was written into a project, as it was then. */
export interface ManifestEntry {
  readonly path: string;
  /** SHA-256 of its bytes, in hexadecimal digits. */
  readonly content_hash: string;
  /** Keys of the agents that read it. */
  readonly agents: readonly string[];
  /** ISO time with microseconds. */
  readonly installed_at: string;
  readonly spec_kitty_version: string;
}

/**
 * Reads the manifest by path; entries of another form are left out, so that their files count as somebody else's.
 *
 * `undefined` for a text that is no manifest at all: what is in it must not be lost by writing a new one.
 */
export function parseManifest(text: string | undefined): ReadonlyMap<string, ManifestEntry> | undefined {
  if (text === undefined) return new Map();
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    return undefined;
  }
  const entries = isJsonObject(root) ? root['entries'] : undefined;
  if (!Array.isArray(entries)) return undefined;
  return new Map(entries.filter(isEntry).map((entry) => [entry.path, entry]));
}

/**
 * Whether a path can be a command's: the manifest comes with the repository, and must not have anything else deleted.
 */
export function isCommandPath(path: string): boolean {
  return (
    /^\.[\w./-]+\/spec-kitty[.-][a-z-]+(?:\.md|\.toml|\.prompt\.md|\/SKILL\.md)$/.test(path) &&
    !path.includes('..')
  );
}

/** The manifest's text, the same for the same entries. */
export function manifestText(entries: Iterable<ManifestEntry>): string {
  const sorted = [...entries].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return `${JSON.stringify({ entries: sorted }, null, 2)}\n`;
}

function isEntry(value: unknown): value is ManifestEntry {
  return (
    isJsonObject(value) &&
    ['path', 'content_hash', 'installed_at', 'spec_kitty_version'].every(
      (key) => typeof value[key] === 'string',
    ) &&
    Array.isArray(value['agents'])
  );
}
