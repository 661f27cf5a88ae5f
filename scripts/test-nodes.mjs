import path from 'node:path';
import { HAS_NODES, NODES } from './install.mjs';

/**
 * Lists the Node binaries besides the running one that tests run on, as `{ major, executable }`.
 *
 * They come from the npm registry with {@link NODES}' lock file. Elsewhere than on Linux x64 the list is empty:
 * there, continuous integration runs everything once per Node version.
 */
export function otherNodes() {
  if (!HAS_NODES) return [];
  const running = process.versions.node.split('.')[0];
  return ['22', '24']
    .filter((major) => major !== running)
    .map((major) => ({ major, executable: path.join(NODES, 'node_modules', `node${major}`, 'bin', 'node') }));
}
