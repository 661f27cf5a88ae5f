import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { build } from './build.mjs';
import { ROOT } from './repository-root.mjs';

const CACHE = path.join(ROOT, '.cache');

let folder;
let target;

beforeEach(() => {
  mkdirSync(CACHE, { recursive: true });
  folder = mkdtempSync(path.join(CACHE, 'build-'));
  const inside = (name) => path.relative(ROOT, path.join(folder, name)).replaceAll(path.sep, '/');
  target = { entry: inside('main.ts'), outDir: inside('dist'), stamp: inside('stamp.json') };
  write(
    'main.ts',
    `import { LANES } from '@spec-kitty/protocol/lane';
     declare const SPEC_KITTY_VERSION: string;
     export async function main(argv: readonly string[]): Promise<void> {
       console.log(LANES[0], SPEC_KITTY_VERSION);
       if (argv.length > 0) (await import('./on-demand.ts')).namedForBugReports();
     }`,
  );
  write(
    'on-demand.ts',
    `import { load } from 'js-yaml';
     export function namedForBugReports(): void {
       console.log(load('a: 1'), new Error('x').stack?.split('\\n')[1]);
     }`,
  );
});

afterEach(() => rmSync(folder, { recursive: true }));

function write(name, text) {
  writeFileSync(path.join(folder, name), text);
}

function main(...argv) {
  const call = `require('./dist/main.cjs').main(process.argv.slice(1))`;
  return execFileSync(process.execPath, ['-e', call, ...argv], { cwd: folder, encoding: 'utf8' });
}

const contents = ({ outputs }) => outputs.map((file) => readFileSync(path.join(ROOT, file), 'utf8'));

test('workspace sources, the version and dynamic imports end up in CommonJS chunks', async () => {
  const { outputs, bundled } = await build(target);
  const chunks = ['kernel', 'on-demand'].map((name) => `${target.outDir}/chunks/${name}.cjs`);
  expect(outputs).toEqual([...chunks, `${target.outDir}/main.cjs`]);
  expect(bundled).toContain('node_modules/js-yaml');
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'packages/cli/package.json'), 'utf8'));
  expect(main()).toBe(`planned ${version}\n`);
  expect(main('more')).toMatch(/\{ a: 1 \}.*namedForBugReports/s);
});

test('the same sources give the same bytes', async () => {
  const first = contents(await build(target));
  expect(contents(await build({ ...target, force: true }))).toEqual(first);
});

test('builds only when an input has changed or an output is gone', async () => {
  expect((await build(target)).built).toBe(true);
  expect((await build(target)).built).toBe(false);
  rmSync(path.join(folder, 'dist', 'chunks', 'on-demand.cjs'));
  expect((await build(target)).built).toBe(true);
  write('main.ts', `export const main = () => console.log('changed');`);
  expect(await build(target)).toMatchObject({ built: true, outputs: [`${target.outDir}/main.cjs`] });
  expect(main()).toBe('changed\n');
});

test('a failed build leaves the last one in place', async () => {
  await build(target);
  write('main.ts', `import './absent.ts'; export const main = () => {};`);
  await expect(build(target)).rejects.toThrow('absent.ts');
  expect(main()).toMatch(/^planned/);
});
