import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

/**
 * Serves packed packages on loopback as an npm registry does, so that an installation can be tried without a network.
 *
 * Takes `{ manifest, tarball }` per package, one version each; answers 404 for everything else. Resolves with
 * `{ url, close }`.
 */
export async function serveRegistry(packages) {
  const byName = new Map(packages.map((one) => [one.manifest.name, one]));
  const server = createServer((request, response) => {
    const [, name, isTarball] = /^\/([^?]+?)(\/-\.tgz)?$/.exec(request.url) ?? [];
    const found = byName.get(decodeURIComponent(name ?? ''));
    if (!found) response.writeHead(404).end('{}');
    else if (isTarball) response.end(readFileSync(found.tarball));
    else response.end(JSON.stringify(packument(found, `http://${request.headers.host}/${name}/-.tgz`)));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

function packument({ manifest, tarball }, address) {
  const integrity = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
  const version = { ...manifest, dist: { tarball: address, integrity } };
  return {
    name: manifest.name,
    'dist-tags': { latest: manifest.version },
    versions: { [manifest.version]: version },
  };
}
