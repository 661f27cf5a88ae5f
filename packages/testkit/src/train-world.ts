import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Merged } from '@spec-kitty/core/merge/merge-request';
import { MissionWorld, type PlannedPackage } from './mission-world.ts';

/**
 * Fails where a file says that it breaks, or where two files stand beside each other that do not go together. Says to a file
 * what it was run on; a file of strikes makes it fail for no reason.
 */
const CHECK = `
const fs = require('fs');
const [log, strikes] = process.argv.slice(1);
const names = fs.existsSync('src') ? fs.readdirSync('src').sort() : [];
const texts = names.map((name) => [name, fs.readFileSync('src/' + name, 'utf8')]);
const bad = texts.filter(([, text]) => text.startsWith('breaks')).map(([name]) => name);
const odd = texts.filter(([, text]) => text.startsWith('odd')).map(([name]) => name);
if (odd.length > 1) bad.push(odd.join(' with '));
let left = log && fs.existsSync(strikes) ? Number(fs.readFileSync(strikes, 'utf8')) : 0;
if (left > 0 && --left === 0) bad.push('bad luck');
if (log) fs.writeFileSync(strikes, String(left));
if (log) fs.appendFileSync(log, JSON.stringify({ names, bad }) + '\\n');
if (bad.length > 0) { console.error('broken in ' + process.cwd() + ': ' + bad.join(', ')); process.exit(3); }
`;

/** A mission with that validation, which merges as a train. */
export class TrainWorld {
  readonly world = new MissionWorld();

  get #log(): string {
    return path.join(this.world.repository.base, 'validations.log');
  }

  get #strikes(): string {
    return path.join(this.world.repository.base, 'strikes');
  }

  /** The nth validation from now on fails, whatever it is run on. */
  strike(nth: number): void {
    writeFileSync(this.#strikes, String(nth));
  }

  async plan(
    packages: readonly PlannedPackage[],
    files: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const command = [process.execPath, '-e', CHECK, this.#log, this.#strikes];
    await this.world.plan(packages, {
      '.kittify/config.yaml': `validation:\n  command: ${JSON.stringify(command)}\n`,
      ...files,
    });
    const workspace = await this.world.workspace();
    const trust = await workspace.trust();
    await trust.allow(await trust.items(await workspace.config()));
  }

  /** One lane for each package, with one file each; all of them approved. */
  async deliver(
    texts: Readonly<Record<string, string>>,
    needs: Readonly<Record<string, readonly string[]>> = {},
  ): Promise<void> {
    const ids = Object.keys(texts);
    await this.plan(ids.map((id) => ({ id, owns: [fileOf(id)], dependencies: needs[id] ?? [] })));
    for (const [at, id] of ids.entries())
      await this.world.deliver(id, laneAt(at + 1), { [fileOf(id)]: texts[id] ?? '' });
  }

  merge(more: Parameters<MissionWorld['merge']>[0] = {}): Promise<Merged> {
    rmSync(this.#log, { force: true });
    return this.world.merge({ train: true, ...more });
  }

  /** What the validations since the last merge were run on. */
  get validations(): readonly { readonly names: readonly string[]; readonly bad: readonly string[] }[] {
    if (!existsSync(this.#log)) return [];
    return readFileSync(this.#log, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { names: string[]; bad: string[] });
  }

  /** Validates every commit that the target has ever pointed to; returns those that fail. */
  brokenTargets(): readonly string[] {
    const { repository } = this.world;
    const commits = repository.git('reflog', 'show', '--format=%H', 'main').split('\n');
    return [...new Set(commits)].filter((commit) => {
      const names = repository.git('ls-tree', '--name-only', commit, 'src/').split('\n').filter(Boolean);
      const texts = names.map((name) => repository.git('show', `${commit}:${name}`));
      return (
        texts.some((text) => text.startsWith('breaks')) ||
        texts.filter((text) => text.startsWith('odd')).length > 1
      );
    });
  }

  async rows(type: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const { lifecycle } = await (await this.world.workspace()).log.read(this.world);
    return lifecycle
      .filter((row) => row['event_type'] === type)
      .map((row) => row['payload'] as object as Record<string, unknown>);
  }
}

/** Id of the nth package. */
export function packageId(at: number): string {
  return `WP${String(at).padStart(2, '0')}`;
}

/** The one file of a package. */
export function fileOf(wp: string): string {
  return `src/${wp.toLowerCase()}.js`;
}

/** The nth lane. */
export function laneAt(at: number): string {
  return `lane-${String.fromCodePoint(96 + at)}`;
}

/** Texts of five packages, of which the second breaks the validation. */
export const FIVE: Readonly<Record<string, string>> = {
  WP01: 'one\n',
  WP02: 'breaks\n',
  WP03: 'three\n',
  WP04: 'four\n',
  WP05: 'five\n',
};

/** The fourth of them needs the second, and each of them another one. */
export const NEEDS = { WP02: ['WP01'], WP04: ['WP02', 'WP03'] };
