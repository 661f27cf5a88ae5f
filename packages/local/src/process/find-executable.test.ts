import { expect, test } from 'vitest';
import { type ExecutableSearch, findExecutable } from './find-executable.ts';

const on = (
  platform: NodeJS.Platform,
  files: readonly string[],
  env: Record<string, string> = {},
): ExecutableSearch => ({
  platform,
  env,
  cwd: 'C:\\repository',
  isFile: (file) => files.includes(file),
});

test('leaves the search to the system where it only follows PATH', () => {
  expect(findExecutable('git', on('linux', []))).toEqual({ file: 'git' });
  expect(findExecutable('./x', on('darwin', []))).toEqual({ file: './x' });
});

test('on Windows follows PATH, in its order and by suffix', () => {
  const env = { Path: 'C:\\a;"C:\\with space";C:\\b' };
  expect(findExecutable('git', on('win32', ['C:\\b\\git.exe', 'C:\\with space\\git.exe'], env))).toEqual({
    file: 'C:\\with space\\git.exe',
  });
  expect(findExecutable('node.exe', on('win32', ['C:\\b\\node.exe'], env))).toEqual({
    file: 'C:\\b\\node.exe',
  });
  expect(findExecutable('python3.11', on('win32', ['C:\\a\\python3.11.exe'], env))).toEqual({
    file: 'C:\\a\\python3.11.exe',
  });
  expect(findExecutable('git', on('win32', [], env))).toBeUndefined();
});

test('on Windows never finds a bare name in the current directory', () => {
  const files = ['C:\\repository\\git.exe', 'C:\\repository\\bin\\git.exe'];
  expect(findExecutable('git', on('win32', files, { PATH: '.;;bin;C:\\empty' }))).toBeUndefined();
  expect(findExecutable('bin\\git', on('win32', files))).toEqual({ file: 'C:\\repository\\bin\\git.exe' });
});

test('on Windows tells a batch file apart, which takes a shell', () => {
  expect(findExecutable('npm', on('win32', ['C:\\a\\npm.cmd', 'C:\\a\\npm'], { PATH: 'C:\\a' }))).toEqual({
    batch: 'C:\\a\\npm.cmd',
  });
});
