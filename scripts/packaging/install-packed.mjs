import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { npmCommand } from '../npm-command.mjs';
import { ROOT } from '../repository-root.mjs';
import { serveRegistry } from './local-registry.mjs';
import { manifestOf, runtimePackages } from './runtime-packages.mjs';

const windows = process.platform === 'win32';
const run = promisify(execFile);

/**
 * Packs products with what they need, and installs them under an empty prefix, without development dependencies and
 * install scripts, from a registry on loopback.
 *
 * Resolves with `{ folder, env, packed, moduleFolder, registry, specKitty, close }`: an empty folder with the environment
 * of somebody who never saw this repository, the manifest, tarball and files of each product, where it is installed, the
 * registry's address, and a function that runs the installed command by its name.
 */
export async function installPacked(products, options) {
  const folder = mkdtempSync(path.join(tmpdir(), 'spec-kitty-packaging-'));
  const prefix = path.join(folder, 'prefix');
  const env = strangersEnvironment(folder);
  const npm = (...args) => {
    const [program, ...first] = npmCommand();
    const shell = windows && first.length === 0;
    return run(program, [...first, ...args], { cwd: folder, env, maxBuffer: 2 ** 26, shell });
  };
  const packages = await packAll(npm, folder, [
    ...new Set([...products, ...products.flatMap((product) => runtimePackages(product, options))]),
  ]);
  const registry = await serveRegistry(packages);
  await npm(
    'install',
    '--global',
    `--prefix=${prefix}`,
    `--registry=${registry.url}`,
    '--ignore-scripts',
    '--omit=dev',
    '--no-audit',
    '--no-fund',
    ...packages.slice(0, products.length).map(({ tarball }) => tarball),
  );
  const moduleFolder = (name) => path.join(prefix, ...(windows ? [] : ['lib']), 'node_modules', name);
  return {
    folder,
    env,
    packed: packages.slice(0, products.length),
    moduleFolder,
    registry: registry.url,
    specKitty: (args, cwd) =>
      windows
        ? run(process.execPath, [path.join(moduleFolder('spec-kitty'), 'bin', 'spec-kitty.cjs'), ...args], {
            cwd,
            env,
          })
        : run(path.join(prefix, 'bin', 'spec-kitty'), args, { cwd, env }),
    close: async () => {
      await registry.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Own home, no npm settings, no proxy. */
function strangersEnvironment(home) {
  const kept = Object.entries(process.env).filter(([name]) => !/^npm_|_proxy$/i.test(name));
  return {
    ...Object.fromEntries(kept),
    HOME: home,
    USERPROFILE: home,
    GIT_CONFIG_GLOBAL: path.join(home, 'gitconfig'),
    GIT_CONFIG_NOSYSTEM: '1',
    npm_config_cache: path.join(home, 'cache'),
    npm_config_update_notifier: 'false',
  };
}

async function packAll(npm, folder, folders) {
  const { stdout } = await npm(
    'pack',
    '--json',
    '--ignore-scripts',
    `--pack-destination=${folder}`,
    ...folders.map((one) => path.join(ROOT, one)),
  );
  const archives = JSON.parse(stdout);
  return folders.map((one) => {
    const manifest = manifestOf(one);
    const { filename, files } = archives.find(({ name }) => name === manifest.name);
    return { manifest, tarball: path.join(folder, filename), files: files.map((file) => file.path) };
  });
}
