import { spawnSync } from 'node:child_process';
import path from 'node:path';

const LOOPBACK = 'ip link set lo up && exec "$@"';

/**
 * Returns a function that runs a program which reaches nothing but this machine: in a network namespace of its own where
 * the system allows that, else with a proxy that nobody listens on.
 */
export function isolated({ cwd, home, bin }) {
  const namespace = ['unshare', '--user', '--map-root-user', '--net', 'sh', '-c', LOOPBACK, 'sh'];
  const has = spawnSync(namespace[0], [...namespace.slice(1), 'true']).status === 0;
  const closed = 'http://127.0.0.1:9';
  const env = {
    PATH: `${bin}${path.delimiter}${process.env.PATH}`,
    HOME: home,
    USERPROFILE: home,
    TERM: 'xterm-256color',
    ...(has ? {} : { HTTPS_PROXY: closed, HTTP_PROXY: closed, ALL_PROXY: closed, NO_PROXY: '127.0.0.1' }),
  };
  const run = (command, more = {}) => {
    const [program, ...args] = has ? [...namespace, ...command] : command;
    const usual = { cwd, env, encoding: 'utf8', timeout: 120_000, maxBuffer: 1e8 };
    const { stdout, stderr, status, error } = spawnSync(program, args, { ...usual, ...more });
    return { stdout: stdout ?? '', stderr: `${stderr ?? ''}${error ? `\n${error.message}` : ''}`, status };
  };
  run.how = has ? 'in a network namespace of their own' : 'behind a proxy that nobody listens on';
  return run;
}
