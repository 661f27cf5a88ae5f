import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { build, SERVER } from '../build.mjs';
import { ROOT } from '../repository-root.mjs';
import { installPacked } from './install-packed.mjs';

const MAX_BYTES = 2 ** 20;

let world;
let packed;

beforeAll(async () => {
  await build();
  await build(SERVER);
  // The embedded PostgreSQL is 60 MB: packing and unpacking it takes seconds.
  world = await installPacked(['packages/cli', SERVER.package], { optional: true });
  packed = world.packed[1];
}, 180_000);
afterAll(() => world?.close());

test('the package of the server is at most 1 MB and holds nothing but the program and its papers', () => {
  expect(statSync(packed.tarball).size).toBeLessThanOrEqual(MAX_BYTES);
  const folders = new Set(packed.files.map((file) => file.split('/')[0]));
  expect([...folders].toSorted()).toEqual([
    'LICENSE',
    'THIRD_PARTY_NOTICES.md',
    'bin',
    'dist',
    'package.json',
  ]);
  const [own, root] = [world.moduleFolder(packed.manifest.name), ROOT].map((folder) =>
    readFileSync(path.join(folder, 'LICENSE'), 'utf8'),
  );
  expect(own).toBe(root);
});

test('beside the installed command it serves from an empty folder, and ends when it is told', async () => {
  const bin = path.join(world.moduleFolder('spec-kitty'), 'bin', 'spec-kitty.cjs');
  // PostgreSQL runs as another user where the test runs as root, and has to get through.
  chmodSync(world.folder, 0o711);
  const data = path.join(world.folder, 'data');
  const line = ['teamspace', 'serve', '--data', data, '--listen', '127.0.0.1:0', '--json'];
  const server = spawn(process.execPath, [bin, ...line], { cwd: world.folder, env: world.env });
  const ended = once(server, 'exit');
  let said = '';
  server.stderr.on('data', (text) => (said += text));
  const ready = new Promise((resolve, reject) => {
    let text = '';
    server.stdout.on('data', (more) => {
      text += more;
      // The document is laid out over several lines, and ends with one of its own.
      if (text.endsWith('}\n')) resolve(JSON.parse(text));
    });
    ended.then(([code]) => reject(new Error(`It ended with ${code}: ${said}`)), reject);
  });
  const { url, database, set_up_url: setUp } = await ready;
  expect(database).toBe('embedded');
  expect((await fetch(`${url}/health/ready/`)).status).toBe(200);
  expect(await (await fetch(setUp)).text()).toContain('<form');
  server.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});
