import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildContext } from '../../build-context.ts';
import { runApp } from '../../run-app.ts';
import { cliWorld, runCli, runJson } from '../../testing/run-cli.ts';
import { expect, test } from 'vitest';

const CHECKOUT = fileURLToPath(new URL('../../../../..', import.meta.url));

const BROAD =
  'export function read() {\n  try {\n    return open();\n  } catch {\n    return null;\n  }\n}\n';
const REASON = '// broad-catch: reports a file that the platform cannot read as one that is not there';
const JUSTIFIED = BROAD.replace('catch {\n', `catch {\n    ${REASON}\n`);

/** A project with TypeScript installed, and these files, not committed. */
function project(files: Readonly<Record<string, string>>) {
  const world = cliWorld();
  world.repository.commit('begin', { '.gitignore': 'node_modules\ndist\n' });
  mkdirSync(path.join(world.repository.root, 'node_modules'));
  symlinkSync(
    path.join(CHECKOUT, 'node_modules/typescript'),
    path.join(world.repository.root, 'node_modules/typescript'),
    'junction',
  );
  world.repository.write(files);
  return world;
}

test('B-01: justified passes, missing and generic fail, and what is out of scope is ignored', async () => {
  const outcome = async (files: Readonly<Record<string, string>>, ...paths: string[]) =>
    (await runJson(project(files), ['review', 'guard', ...paths])) as {
      exitCode: number;
      document: { file_count: number; findings: readonly { code: string }[] };
    };
  const codes = ({ document }: { document: { findings: readonly { code: string }[] } }) =>
    document.findings.map(({ code }) => code);
  expect(await outcome({ 'src/auth/a.ts': JUSTIFIED })).toMatchObject({
    exitCode: 0,
    document: { file_count: 1, findings: [] },
  });
  expect(codes(await outcome({ 'src/auth/a.ts': BROAD }))).toEqual(['unjustified']);
  const generic = JUSTIFIED.replace(REASON, '// broad-catch: all exceptions');
  expect(codes(await outcome({ 'src/auth/a.ts': generic }))).toEqual(['reason-generic']);
  const elsewhere = { 'src/board/a.ts': BROAD, 'src/auth/a.test.ts': BROAD, 'src/auth/dist/a.js': BROAD };
  // Nothing was examined, which must not look as if it had passed.
  expect(await outcome(elsewhere)).toMatchObject({
    exitCode: 1,
    document: { error_code: 'NO_SOURCE_TO_REVIEW' },
  });
  expect(codes(await outcome(elsewhere, 'src/board'))).toEqual(['unjustified']);
});

test('B-02: every finding is listed and sorted, with place, text and hint, and the exit code is 1', async () => {
  const world = project({
    'src/lock/b.ts': `${BROAD}load().catch(() => 1);\nsocket.on('error', () => {});\n`,
    'src/auth/a.ts': BROAD,
  });
  const { transcript } = await runCli(world, ['review', 'guard']);
  expect(transcript).toMatchInlineSnapshot(`
    "$ spec-kitty review guard
    src/auth/a.ts:4:5  catch  } catch {
        No reason is given. Let through what is not expected: compare the class or the code of the failure, and throw it again otherwise. Or say what is done at which boundary: \`// broad-catch: <reason>\` on this line or the one before it.
    src/lock/b.ts:4:5  catch  } catch {
        No reason is given. Let through what is not expected: compare the class or the code of the failure, and throw it again otherwise. Or say what is done at which boundary: \`// broad-catch: <reason>\` on this line or the one before it.
    src/lock/b.ts:8:8  promise-catch  load().catch(() => 1);
        No reason is given. Let through what is not expected: compare the class or the code of the failure, and throw it again otherwise. Or say what is done at which boundary: \`// broad-catch: <reason>\` on this line or the one before it.
    src/lock/b.ts:9:8  empty-error-listener  socket.on('error', () => {});
        No reason makes up for this. Do something with the error.
    4 findings in 2 files.
    [exit 1]"
  `);
});

test('B-02: the document has file, line, column, construct, reason and code of each', async () => {
  const world = project({ 'src/auth/a.ts': JUSTIFIED.replace(REASON, '// broad-catch: it is fine') });
  const { exitCode, document } = await runJson(world, ['review', 'guard']);
  expect(exitCode).toBe(1);
  expect(document).toMatchObject({
    passed: false,
    file_count: 1,
    findings: [
      {
        file: 'src/auth/a.ts',
        line: 4,
        column: 5,
        construct: 'catch',
        reason: 'it is fine',
        code: 'reason-short',
        source: '} catch {',
        hint: expect.stringContaining('5 words'),
      },
    ],
  });
});

test('B-03: what swallows by other means than a catch is found by the command, too', async () => {
  const text =
    "void load();\nprocess.on('uncaughtException', () => 1);\ntry { a() } finally { }\nuse(tryRead() ?? 1);\n";
  const { document } = await runJson(project({ 'src/daemon/a.mts': text }), ['review', 'guard']);
  const { findings } = document as { findings: readonly { line: number; construct: string }[] };
  expect(findings.map(({ line, construct }) => `${line} ${construct}`)).toEqual([
    '1 void-promise',
    '2 process-handler',
    '4 null-fallback',
  ]);
});

test('paths are relative to where they are typed; a file that is named counts whatever it is', async () => {
  const world = project({ 'src/pay/a.ts': BROAD, 'src/pay/a.test.ts': BROAD, 'src/dist/b.js': BROAD });
  const examined = async (cwd: string, ...paths: string[]) => {
    const { document } = await runJson(world, ['review', 'guard', ...paths], {
      cwd: path.join(world.repository.root, cwd),
    });
    return (document as { findings: readonly { file: string }[] }).findings.map(({ file }) => file);
  };
  expect(await examined('src', 'pay')).toEqual(['src/pay/a.ts']);
  expect(await examined('src/pay', '..', '.', 'a.ts')).toEqual(['src/pay/a.ts']);
  expect(await examined('src/pay', 'a.test.ts')).toEqual(['src/pay/a.test.ts']);
  expect(await examined('.', 'src/dist/b.js')).toEqual(['src/dist/b.js']);
});

test.each([
  ['none.ts', 'FILE_NOT_FOUND'],
  ['../base.ts', 'PATH_OUTSIDE_REPOSITORY'],
  ['.git', 'PATH_OUTSIDE_REPOSITORY'],
  ['docs', 'NO_SOURCE_TO_REVIEW'],
])('a path that there is nothing to examine at is refused: %s: %s', async (named, code) => {
  const world = project({ 'docs/a.md': '' });
  expect(await runJson(world, ['review', 'guard', named])).toMatchObject({
    exitCode: 1,
    document: { error_code: code },
  });
});

test('a link in the place of a source file, and a file that is not text, are refused by name', async () => {
  const linked = project({ 'README.md': '', 'src/auth/b.ts': '' });
  symlinkSync('../../README.md', path.join(linked.repository.root, 'src/auth/a.ts'));
  expect(await runJson(linked, ['review', 'guard'])).toMatchObject({
    document: { error_code: 'NOT_A_PLAIN_FILE' },
  });
  const latin = project({});
  mkdirSync(path.join(latin.repository.root, 'src/auth'), { recursive: true });
  writeFileSync(path.join(latin.repository.root, 'src/auth/a.ts'), Buffer.from([0x22, 0xe9, 0x22]));
  expect(await runJson(latin, ['review', 'guard'])).toMatchObject({ document: { error_code: 'NOT_UTF8' } });
});

test('source text that is nested without end is a finding, not a crash', async () => {
  const world = project({ 'src/auth/a.ts': '['.repeat(100_000) });
  expect(await runJson(world, ['review', 'guard'])).toMatchObject({
    exitCode: 1,
    document: { findings: [{ construct: 'syntax', code: 'syntax-error' }] },
  });
});

test('B-04: this project has no broad catch without a justification', async () => {
  let stdout = '';
  const context = buildContext({
    cwd: CHECKOUT,
    env: process.env,
    interactive: false,
    stdout: (text) => void (stdout += text),
    stderr: () => undefined,
  });
  expect(await runApp(['review', 'guard', '--json'], context), stdout).toBe(0);
  const document = JSON.parse(stdout) as { file_count: number; findings: readonly unknown[] };
  expect(document.findings).toEqual([]);
  expect(document.file_count).toBeGreaterThan(25);
});

test('the package that is published depends on no TypeScript', () => {
  const { dependencies } = JSON.parse(
    readFileSync(path.join(CHECKOUT, 'packages/cli/package.json'), 'utf8'),
  ) as {
    dependencies: Record<string, string>;
  };
  expect(Object.keys(dependencies)).not.toContain('typescript');
});
