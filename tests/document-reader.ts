import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect } from 'vitest';

const ROOT = path.join(import.meta.dirname, '..');
const { version } = JSON.parse(readFileSync(path.join(ROOT, 'packages/cli/package.json'), 'utf8')) as {
  version: string;
};
const KILLER = path.join(import.meta.dirname, 'kill-in-merge.cjs');

/**
 * Commands of a document, how they end, and the output that it shows for them, if it does; `tells` stands for words on
 * the way that are no warnings. What a reader has to have before the document begins is in a comment, which nobody sees.
 */
const BLOCK = /^(?:```sh( refused| killed| tells)?|<!-- sh)\n(.*?)^(?:```|-->)\n(\n```text\n(.*?)^```\n)?/gms;

/** What the ids of missions are called in a document, from the oldest on. */
const IDS = ['01M7YAWSRMK7SCSQPV0ZCX9A9X', '01M7YC3D8TK2WQ9N4B6H7J0E5F'];

/** What a reader has beside the program, such as servers. */
export interface Surroundings {
  /** Whether files of the person's own are below the folder, too. */
  readonly atHome: boolean;
  /** What is written in the document, and what is typed instead. */
  readonly names: readonly (readonly [written: string, typed: string])[];
}

const NOTHING_MORE: Surroundings = { atHome: false, names: [] };

/** A person who types every command of a document, with missions in a project called `shop`. */
export class DocumentReader {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly project: string;
  readonly #base: string;
  readonly #folder: string;
  readonly #shown: string;
  readonly #names: Surroundings['names'];
  #cwd: string;

  /** @param shown what the folder is called in the document. */
  constructor(shown: string, { atHome, names }: Surroundings = NOTHING_MORE) {
    const { base, env } = tempRepository();
    this.#base = base;
    this.#folder = path.join(base, 'reader');
    this.#shown = shown;
    this.#names = names;
    this.#cwd = this.#folder;
    this.project = path.join(this.#folder, 'shop');
    mkdirSync(path.join(this.#folder, 'bin'), { recursive: true });
    const program = path.join(ROOT, 'packages/cli/bin/spec-kitty.cjs');
    const shim = `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`;
    writeFileSync(path.join(this.#folder, 'bin/spec-kitty'), shim, { mode: 0o755 });
    // Ages are those of a reader's commits.
    const dates = { GIT_AUTHOR_DATE: undefined, GIT_COMMITTER_DATE: undefined };
    const home = atHome ? { HOME: this.#folder } : {};
    const PATH = `${this.#folder}/bin${path.delimiter}${process.env['PATH']}`;
    this.env = { ...env, ...dates, ...home, PATH };
  }

  /** Types all commands of a document; returns it with the output that they have. */
  read(document: string): string {
    return document.replaceAll(
      BLOCK,
      (block: string, end: string | undefined, commands: string, shown?: string) => {
        const output = this.#type(commands, end?.trim());
        if (shown === undefined) return block;
        return `${block.slice(0, block.length - shown.length)}\n\`\`\`text\n${output}\`\`\`\n`;
      },
    );
  }

  #type(commands: string, end: string | undefined): string {
    const typed = this.#names.reduce((text, [written, real]) => text.replaceAll(written, real), commands);
    const script = `set -e\ntrap 'pwd >"${this.#folder}/cwd"' EXIT\n${typed}`;
    const killed = end === 'killed';
    const env = killed ? { ...this.env, NODE_OPTIONS: `--require ${JSON.stringify(KILLER)}` } : this.env;
    const { status, stdout, stderr } = spawnSync('bash', ['-c', script], {
      cwd: this.#cwd,
      env,
      encoding: 'utf8',
    });
    expect({ commands, stderr, status }).toEqual({
      commands,
      stderr: end === undefined ? expect.stringMatching(/^(?:Warning: .*\n)*$/) : expect.any(String),
      status: { refused: 1, killed: 137 }[end ?? ''] ?? 0,
    });
    this.#cwd = readFileSync(`${this.#folder}/cwd`, 'utf8').trim();
    // Somebody is told what to do before it is done.
    return this.#named(end === 'tells' ? stderr + stdout : stdout + stderr);
  }

  /** Replaces what differs between two readers. */
  #named(output: string): string {
    const text = this.#names
      .reduce((said, [written, real]) => said.replaceAll(real, written), output)
      .replaceAll(/(\/oauth\/authorize\?)\S+/g, '$1client_id=cli_native&…')
      .replaceAll(/\bsession-[\w-]{22}/g, 'session-Qm4x0ZrT7yV2bK9sLw1dEA')
      .replaceAll(/\/auth\/[0-9a-f]{16}\b/g, '/auth/5f0c6a7e9b3d1284')
      .replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '2026-01-05T12:00:00Z')
      .replaceAll(this.#folder, this.#shown)
      .replaceAll(this.#base, '/tmp')
      .replaceAll(/\b\d{4}-\d\d-\d\dT[\d:.]+\+00:00/g, '2026-01-05T12:00:00.000000+00:00')
      .replaceAll(/\b\d+ kB/g, '143 kB')
      .replaceAll(/\b\d{8}T\d{6}Z\b/g, '20260105T120000Z')
      .replaceAll(/spec-kitty-\d+\//g, 'spec-kitty-0/')
      .replaceAll(/\b[0-9a-f]{40}\b/g, '1f0c5a7e9b3d'.repeat(4).slice(0, 40))
      .replaceAll(/\b[0-9a-f]{12}\b/g, '1f0c5a7e9b3d')
      .replaceAll(version, '4.0.0');
    const known = this.#missionIds();
    // Ids of anything else, such as what an upgrade keeps.
    const others = text.replaceAll(/\b01[0-9A-HJKMNP-TV-Z]{24}\b/g, (id) =>
      known.includes(id) ? id : '01M7YB0Q3M8Q4T5X6Y7Z8A9B0C',
    );
    return known.reduce((named, id, at) => {
      const shown = IDS[at] ?? '';
      return named.replaceAll(id, shown).replaceAll(id.slice(0, 8), shown.slice(0, 8));
    }, others);
  }

  #missionIds(): readonly string[] {
    const missions = path.join(this.project, 'kitty-specs');
    if (!existsSync(missions)) return [];
    const ids = readdirSync(missions).map((directory): string => {
      const meta = path.join(missions, directory, 'meta.json');
      return existsSync(meta) ? JSON.parse(readFileSync(meta, 'utf8')).mission_id : '';
    });
    return ids.filter(Boolean).toSorted();
  }
}
