import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Random, seededRandom } from '@spec-kitty/testkit/faults/seeded-random';
import { type TempRepository, tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { findRepository } from '../../repository/repository.ts';
import { GitConflictFinder } from './git-conflict-finder.ts';

const NAMES = [
  'a.txt',
  'b.txt',
  'folder/c.txt',
  'folder/d é "x".txt',
  'other/e.bin',
  'CHANGES.md',
  'f',
] as const;

const lines = (random: Random): string[] =>
  Array.from({ length: 12 }, () => `line ${random.between(0, 1_000_000)}`);

/** Changes some files as lanes do: lines, names, kinds, everything. */
function change(repository: TempRepository, random: Random): void {
  for (let left = random.between(1, 4); left > 0; left -= 1) {
    const name = random.pick(NAMES);
    const file = path.join(repository.root, name);
    const kind = random.between(0, 9);
    if (kind === 0) rmSync(file, { recursive: true, force: true });
    else if (kind === 1 && existsSync(file)) renameSync(file, `${file}.${random.between(0, 2)}`);
    else if (kind === 2) {
      rmSync(file, { recursive: true, force: true });
      symlinkSync(`to-${random.between(0, 2)}`, file);
    } else if (kind === 3) {
      rmSync(file, { recursive: true, force: true });
      repository.write({ [`${name}/inside`]: 'a folder\n' });
    } else if (kind === 4) repository.write({ [`new-${random.between(0, 3)}`]: `${random.next()}\n` });
    else if (existsSync(file) && !isFolder(repository, name)) changeLine(repository, random, name);
  }
}

function isFolder({ root }: TempRepository, name: string): boolean {
  return readdirSync(path.dirname(path.join(root, name)), { withFileTypes: true }).some(
    (entry) => entry.name === path.basename(name) && !entry.isFile(),
  );
}

function changeLine(repository: TempRepository, random: Random, name: string): void {
  const text = repository.read(name).split('\n');
  text[random.between(0, text.length - 1)] = `changed ${random.between(0, 1_000_000)}`;
  repository.write({ [name]: text.join('\n') });
}

/** Merges as people do, in a checkout, and names what is left unmerged; `null` where the merge goes through. */
function mergeByHand({ root, env }: TempRepository, ours: string, theirs: string): readonly string[] | null {
  const call = (...args: string[]) => spawnSync('git', args, { cwd: root, env, encoding: 'utf8' });
  call('checkout', '--quiet', '--detach', ours);
  const merged = call('merge', '--no-edit', '--quiet', theirs);
  const unmerged = call('ls-files', '--unmerged', '-z')
    .stdout.split('\0')
    .filter((line) => line !== '');
  const files = unmerged.map((line) =>
    line.slice(line.indexOf('\t') + 1).replace(/~(?:HEAD|[0-9a-f]{40})$/, ''),
  );
  call('merge', '--abort');
  call('reset', '--quiet', '--hard', ours);
  call('clean', '--quiet', '-d', '--force');
  return merged.status === 0 ? null : [...new Set(files)].toSorted();
}

async function finderIn(repository: TempRepository): Promise<GitConflictFinder> {
  return new GitConflictFinder({ repository: await findRepository(repository.root), env: repository.env });
}

test('all conflicts are found that merging each two lanes in a checkout finds, and no others', async () => {
  const random = seededRandom('watch');
  const counts = { conflicts: 0, clean: 0 };
  for (let world = 0; world < 4; world += 1) {
    const repository = tempRepository();
    const base = Object.fromEntries(NAMES.map((name) => [name, `${lines(random).join('\n')}\n`]));
    repository.commit('base', { ...base, '.gitattributes': 'CHANGES.md merge=union\n*.bin binary\n' });
    const tips = ['main'];
    for (let lane = 0; lane < 7; lane += 1) {
      // Some are begun on others, as lanes are that depend on them.
      repository.git(
        'checkout',
        '--quiet',
        '-b',
        `lane-${lane}`,
        random.pick(['main', tips.at(-1) ?? 'main']),
      );
      for (let left = random.between(1, 2); left > 0; left -= 1) {
        change(repository, random);
        repository.commit('work');
      }
      tips.push(`lane-${lane}`);
    }
    const commits = tips.map((name) => repository.git('rev-parse', name));
    const pairs = commits.flatMap((a, at) => commits.slice(at + 1).map((b) => [a, b] as const));
    const found = await (await finderIn(repository)).conflicts(pairs, commits[0] ?? '');
    const truth = pairs.map(([a, b]) => mergeByHand(repository, a, b));
    expect(found.map((files) => files?.toSorted() ?? null)).toEqual(truth);
    counts.conflicts += truth.filter((files) => files !== null).length;
    counts.clean += truth.filter((files) => files === null).length;
  }
  expect(counts.conflicts).toBeGreaterThan(20);
  expect(counts.clean).toBeGreaterThan(20);
});

test('a lane that rests on another does not conflict with it, and does once that one is rewritten', async () => {
  const repository = tempRepository();
  const base = repository.commit('base', { 'a.txt': 'one\ntwo\nthree\n' });
  const below = repository.commit('below', { 'a.txt': 'one\n2\nthree\n' });
  const above = repository.commit('above', { 'a.txt': 'one\n2.0\nthree\n' });
  repository.git('checkout', '--quiet', '--detach', base);
  const rewritten = repository.commit('below, again', { 'a.txt': 'one\nII\nthree\n' });
  const finder = await finderIn(repository);
  expect(
    await finder.conflicts(
      [
        [below, above],
        [rewritten, above],
      ],
      base,
    ),
  ).toEqual([null, ['a.txt']]);
});

test('a look leaves nothing behind, and is by the attributes of the target', async () => {
  const repository = tempRepository();
  const base = repository.commit('base', {
    'CHANGES.md': 'one\n',
    '.gitattributes': 'CHANGES.md merge=union\n',
  });
  const a = repository.commit('a', { 'CHANGES.md': 'one\na\n' });
  repository.git('checkout', '--quiet', '--detach', base);
  const b = repository.commit('b', { 'CHANGES.md': 'one\nb\n' });
  // The checkout has other rules than the target.
  const plain = repository.commit('plain', { '.gitattributes': '' });
  const objects = repository.git('count-objects');
  const finder = await finderIn(repository);
  expect(await finder.conflicts([[a, b]], base)).toEqual([null]);
  expect(await finder.conflicts([[a, b]], plain)).toEqual([['CHANGES.md']]);
  expect(repository.git('count-objects')).toBe(objects);
  expect(readdirSync(path.join(repository.root, '.git/spec-kitty/scratch'))).toEqual([]);
});

test('histories that have nothing in common conflict where they have the same files', async () => {
  const repository = tempRepository();
  const main = repository.commit('base', { 'a.txt': 'one\n' });
  repository.git('checkout', '--quiet', '--orphan', 'other');
  const other = repository.commit('other', { 'a.txt': 'two\n' });
  const finder = await finderIn(repository);
  expect(await finder.conflicts([[main, other]], main)).toEqual([['a.txt']]);
});

test.skipIf(process.platform === 'win32')(
  'an answer that breaks off is told as a failure of Git, and breaks nothing else [needs a shell]',
  async () => {
    const repository = tempRepository();
    repository.commit('Start', { 'a.txt': 'a\n' });
    const commit = repository.git('rev-parse', 'HEAD');
    const bin = path.join(repository.base, 'bin');
    mkdirSync(bin);
    const env = { ...repository.env, PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}` };
    const real = spawnSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).stdout.trim();
    const script = `#!/bin/sh\ncase "$*" in *merge-tree*) exit 0;; esac\nexec ${real} "$@"\n`;
    writeFileSync(path.join(bin, 'git'), script, { mode: 0o755 });
    const finder = new GitConflictFinder({ repository: await findRepository(repository.root), env });
    await expect(finder.conflicts([[commit, commit]], commit)).rejects.toMatchObject({ code: 'GIT_FAILED' });
  },
);
