import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TempRepository } from '@spec-kitty/testkit/temp-repository';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { loadTypescript } from './load-typescript.ts';

const OURS = fileURLToPath(new URL('../../../../node_modules/typescript', import.meta.url));

/** A package whose code leaves a trace when it is executed. */
const HOSTILE = {
  'package.json': '{"name": "typescript", "version": "6.6.6", "main": "main.js", "exports": "./main.js"}',
  'main.js':
    'require("node:fs").writeFileSync(__dirname + "/executed", ""); exports.createSourceFile = () => {};',
};

function at(
  folder: string,
  files: Readonly<Record<string, string>> = HOSTILE,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => [path.posix.join(folder, name), text]),
  );
}

async function refusal({ root, env }: TempRepository, from = root) {
  return loadTypescript(from, env).then(
    () => expect.unreachable('it was loaded'),
    (error: unknown) => error,
  );
}

function executed({ root }: TempRepository, folder: string): boolean {
  return existsSync(path.join(root, folder, 'executed'));
}

test('TypeScript is loaded as the project has it installed, also from a folder below', async () => {
  const repository = tempRepository();
  repository.commit('begin', { '.gitignore': 'node_modules\n', 'packages/a/x.ts': '' });
  mkdirSync(path.join(repository.root, 'node_modules'));
  symlinkSync(OURS, path.join(repository.root, 'node_modules/typescript'), 'junction');
  for (const root of [repository.root, path.join(repository.root, 'packages/a')])
    expect((await loadTypescript(root, repository.env)).version).toMatch(/^\d+\.\d+/);
});

test.each([
  [undefined, 'npm install -D typescript@6'],
  ['pnpm-lock.yaml', 'pnpm add -D typescript@6'],
  ['yarn.lock', 'yarn add -D typescript@6'],
  ['bun.lock', 'bun add -d typescript@6'],
])('without it, what installs it is named, as %s shows', async (lock, line) => {
  const repository = tempRepository();
  if (lock) repository.write({ [lock]: '' });
  expect(await refusal(repository)).toMatchObject({
    code: 'TYPESCRIPT_MISSING',
    hints: [expect.stringContaining(`\`${line}\``)],
  });
});

test('a repository that calls itself typescript does not stand for it', async () => {
  const repository = tempRepository();
  repository.commit('begin', HOSTILE);
  expect(await refusal(repository)).toMatchObject({ code: 'TYPESCRIPT_MISSING' });
  expect(executed(repository, '.')).toBe(false);
});

test('nothing that Git tracks is executed', async () => {
  const repository = tempRepository();
  repository.commit('begin', at('node_modules/typescript'));
  expect(await refusal(repository)).toMatchObject({
    code: 'TYPESCRIPT_TRACKED',
    message: expect.stringContaining('node_modules/typescript/main.js'),
  });
  expect(executed(repository, 'node_modules/typescript')).toBe(false);
});

test.each([
  ['the package', 'vendor/ts', 'node_modules/typescript', '../vendor/ts'],
  ['the folder around it', 'vendor/typescript', 'node_modules', 'vendor'],
])('nor what is reached through a link in the place of %s', async (_, folder, link, target) => {
  const repository = tempRepository();
  repository.write(at(folder));
  mkdirSync(path.dirname(path.join(repository.root, link)), { recursive: true });
  symlinkSync(target, path.join(repository.root, link));
  repository.write({ '.gitignore': 'node_modules\n' });
  repository.commit('begin');
  expect(await refusal(repository)).toMatchObject({ code: 'TYPESCRIPT_TRACKED' });
  expect(executed(repository, folder)).toBe(false);
});

test('nor a package beside it that it could load, nor one that a submodule brings', async () => {
  const repository = tempRepository();
  repository.write({
    ...at('node_modules/typescript'),
    ...at('node_modules/other'),
    '.gitignore': 'typescript\n',
  });
  repository.commit('begin');
  expect(repository.git('ls-files', 'node_modules/typescript')).toBe('');
  expect(await refusal(repository)).toMatchObject({ code: 'TYPESCRIPT_TRACKED' });

  const outer = tempRepository();
  const inner = path.join(outer.root, 'node_modules/typescript');
  outer.write(at('node_modules/typescript'));
  outer.git('init', '--quiet', inner);
  outer.git('-C', inner, 'add', '--all');
  expect(await refusal(outer)).toMatchObject({ code: 'TYPESCRIPT_TRACKED' });
  expect(executed(outer, 'node_modules/typescript')).toBe(false);
});

test.each([
  ['that gives programs nothing', 'exports.version = "7.0.2";', 'no syntax tree of today: 7.0.2'],
  ['that is too old', 'exports.version = "4.8.4"; exports.createSourceFile = () => {};', 'today: 4.8.4'],
  ['that is broken', 'throw new Error("half installed\\nat line 1");', 'cannot be loaded: half installed'],
])('one %s is refused with what installs another', async (_, main, said) => {
  const repository = tempRepository();
  repository.write(at('node_modules/typescript', { ...HOSTILE, 'main.js': main }));
  expect(await refusal(repository)).toMatchObject({
    code: 'TYPESCRIPT_UNUSABLE',
    message: expect.stringContaining(said),
    hints: [expect.stringContaining('npm install -D typescript@6')],
  });
});
