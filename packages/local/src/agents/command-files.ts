import { createHash } from 'node:crypto';
import {
  isCommandPath,
  MANIFEST_FILE,
  type ManifestEntry,
  manifestText,
  parseManifest,
} from '@spec-kitty/core/agents/command-manifest';
import { decideFile, type FileDecision } from '@spec-kitty/core/agents/decide-file';
import type { CommandFile } from '@spec-kitty/core/agents/plan-command-files';
import { Fault } from '@spec-kitty/core/fault';
import type { CheckoutProject } from '../project/checkout-project.ts';

/** One file as it is, and what would have to happen to it. */
export interface SurveyedFile {
  readonly path: string;
  readonly decision: FileDecision;
  /** Keys of the agents that read it. */
  readonly agents: readonly string[];
  /** What should be there; none for a file that no agent needs any more. */
  readonly text: string | undefined;
}

/** The command files of one project, and the manifest that says which of them are ours. */
export class CommandFiles {
  readonly #files: CheckoutProject;
  readonly #manifest: ReadonlyMap<string, ManifestEntry>;
  readonly #text: string | undefined;

  /** @throws Fault `MANIFEST_INVALID`: without knowing what is ours, nothing may be replaced or removed. */
  constructor(files: CheckoutProject) {
    this.#files = files;
    this.#text = files.read(MANIFEST_FILE);
    const manifest = parseManifest(this.#text);
    if (!manifest) {
      throw new Fault(
        'refused',
        'MANIFEST_INVALID',
        `This is no manifest of command files: ${MANIFEST_FILE}`,
        {
          hints: ['Bring the file back from Git, or remove it: every command file then counts as your own.'],
          details: { file: MANIFEST_FILE },
        },
      );
    }
    this.#manifest = manifest;
  }

  /** Paths of the files that were written here and are not forgotten. */
  get known(): readonly string[] {
    return [...this.#manifest.keys()].filter(isCommandPath);
  }

  /** Compares what should be there with what is; writes nothing. */
  survey(wanted: ReadonlyMap<string, CommandFile>): readonly SurveyedFile[] {
    return [...new Set([...wanted.keys(), ...this.known])].map((path) => {
      const file = wanted.get(path);
      const known = this.#manifest.get(path);
      const disk = this.#files.exists(path) ? (this.#files.read(path) ?? '') : undefined;
      const decision = decideFile({
        wanted: file && hash(file.text),
        disk: disk === undefined ? undefined : hash(disk),
        ours: known?.content_hash,
      });
      return { path, decision, agents: file?.agents ?? known?.agents ?? [], text: file?.text };
    });
  }

  /**
   * What has to be written and removed for it, conflicts left alone, in this order. The manifest is last: a file that a
   * killed run has written already has its text, and counts as ours again next time.
   */
  writes(
    survey: readonly SurveyedFile[],
    { at, version }: { readonly at: string; readonly version: string },
  ): readonly { readonly path: string; readonly text: string | undefined }[] {
    const entries = new Map(this.#manifest);
    const writes: { path: string; text: string | undefined }[] = [];
    for (const { path, decision, agents, text } of survey) {
      const known = entries.get(path);
      if (decision === 'remove') writes.push({ path, text: undefined });
      if (text === undefined) {
        entries.delete(path);
      } else if (decision !== 'conflict') {
        if (decision !== 'keep') writes.push({ path, text });
        const content_hash = hash(text);
        const fresh = { path, content_hash, installed_at: at, spec_kitty_version: version };
        entries.set(path, { ...(known?.content_hash === content_hash ? known : fresh), agents });
      }
    }
    const manifest = entries.size > 0 ? manifestText(entries.values()) : undefined;
    return [...writes, ...(manifest === this.#text ? [] : [{ path: MANIFEST_FILE, text: manifest }])];
  }

  /** Does what was decided. */
  apply(survey: readonly SurveyedFile[], stamp: { readonly at: string; readonly version: string }): void {
    for (const { path, text } of this.writes(survey, stamp)) {
      if (text === undefined) this.#files.remove(path);
      else this.#files.write(path, text);
    }
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
