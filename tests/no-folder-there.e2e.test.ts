import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { describe, expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../packages/cli/bin/spec-kitty.cjs', import.meta.url));

// Nobody can make a folder below /proc, and Node's recursive `mkdir` goes on asking for ever.
test.skipIf(!existsSync('/proc/self')).each([
  ['demo --prepare /proc/spec-kitty/x', {}],
  ['trust allow', { SPEC_KITTY_STATE_DIR: '/proc/spec-kitty/x' }],
])('%s is refused at once where no folder can be made [needs /proc]', (line, env) => {
  const repository = tempRepository();
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [PROGRAM, ...args], {
      cwd: repository.root,
      env: { ...repository.env, ...env },
      encoding: 'utf8',
      timeout: 20_000,
    });
  expect(run('init').status).toBe(0);
  const { status, stdout, stderr } = run(...line.split(' '));
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^Error: .*it is not there: \/proc\/spec-kitty \[FILE_SYSTEM_ERROR\]\n/);
});

// Windows keeps a folder that a program stands in.
describe.skipIf(process.platform === 'win32')('in a folder that is gone', () => {
  function run(line: string) {
    const { root, env } = tempRepository();
    return spawnSync(
      '/bin/sh',
      [
        '-c',
        `mkdir x && cd x && rmdir ../x && exec "$@"`,
        'sh',
        process.execPath,
        PROGRAM,
        ...line.split(' '),
      ],
      {
        cwd: root,
        env,
        encoding: 'utf8',
        timeout: 20_000,
      },
    );
  }

  test('a command says so, and what to do', () => {
    expect(run('status')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^Error: The folder .* is gone\. \[CURRENT_FOLDER_GONE\]\nHint: Run `cd` .*\n$/,
      ) as string,
    });
  });

  test('a program gets one document, an orchestrator its envelope', () => {
    const { status, stdout, stderr } = run('status --json');
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ error_code: 'CURRENT_FOLDER_GONE' });
    const envelope = run('orchestrator-api list-ready --mission pay');
    expect({ status: envelope.status, stderr: envelope.stderr }).toEqual({ status: 1, stderr: '' });
    expect(JSON.parse(envelope.stdout)).toMatchObject({
      success: false,
      error_code: 'STATUS_READ_PATH_NOT_FOUND',
      data: { cause_code: 'CURRENT_FOLDER_GONE' },
    });
  });

  test.each(['--help', '--version', 'status --help'])('%s works', (line) => {
    expect(run(line)).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(/\S/) as string });
  });

  test('what asks for help only behind -- is no question for it', () => {
    expect(run('quick -- --help')).toMatchObject({ status: 1, stdout: '' });
  });
});
