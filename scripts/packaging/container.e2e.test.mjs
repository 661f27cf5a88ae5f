import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { build, SERVER } from '../build.mjs';
import { ROOT } from '../repository-root.mjs';
import { installPacked } from './install-packed.mjs';

const run = promisify(execFile);
const guide = readFileSync(path.join(ROOT, 'docs', 'how-to', 'run-a-teamspace.md'), 'utf8');
const [, containerfile] = /```dockerfile\n(.*?)```/s.exec(guide);
const base = /^FROM (\S+)/.exec(containerfile)[1];

// Without namespaces of its own, so that it works in a container, too.
const env = { ...process.env, BUILDAH_ISOLATION: 'chroot' };
const buildah = async (...args) => (await run('buildah', args, { env, maxBuffer: 2 ** 26 })).stdout.trim();
const hasBase = await buildah('inspect', '--type', 'image', base).then(
  () => true,
  () => false,
);

describe.skipIf(!hasBase)(`the guide's container file (skipped without buildah and a local ${base})`, () => {
  let world;
  let container;

  beforeAll(async () => {
    await build();
    await build(SERVER);
    world = await installPacked(['packages/cli', SERVER.package], { optional: true });
    const context = path.join(world.folder, 'context');
    mkdirSync(context);
    writeFileSync(path.join(context, 'Containerfile'), containerfile);
    const npmrc = path.join(world.folder, 'npmrc');
    writeFileSync(npmrc, `registry=${world.registry}\n`);
    const registry = ['--network=host', `--volume=${npmrc}:/usr/local/etc/npmrc:ro`];
    const image = await buildah('build', '--quiet', '--pull=never', '--format=docker', ...registry, context);
    container = await buildah('from', '--pull=never', image);
  }, 300_000);

  afterAll(async () => {
    if (container) await buildah('rm', container);
    await world?.close();
  });

  test('serves from its volume as a user without rights, answers its health check, and ends when it is told', async () => {
    const { OCIv1: image, Docker: docker } = JSON.parse(await buildah('inspect', container));
    expect(image.config).toMatchObject({ User: 'node', Volumes: { '/data': {} } });
    const surroundings = ['--network=host', '--env=TEAMSPACE_PUBLIC_URL=https://teamspace.example.org'];
    const inside = (...command) => ['run', ...surroundings, container, '--', ...command];
    const server = spawn('buildah', inside(...image.config.Cmd), { env });
    const ended = once(server, 'exit');
    let said = '';
    for (const stream of [server.stdout, server.stderr]) stream.on('data', (text) => (said += text));
    await expect
      .poll(() => said, { timeout: 60_000, interval: 200 })
      .toContain('https://teamspace.example.org');
    await buildah(...inside('sh', '-c', docker.config.Healthcheck.Test[1]));
    expect(await buildah(...inside('stat', '--format=%U', '/data/keys.json'))).toBe('node');
    server.kill('SIGTERM');
    await ended;
    await expect(fetch('http://127.0.0.1:8470/health/')).rejects.toThrow('fetch failed');
  }, 120_000);
});
