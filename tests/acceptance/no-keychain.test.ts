import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const LIBRARIES =
  /keytar|keyring|keychain|dbus|secret-service|libsecret|wincred|credential-(?:manager|store)|@primno\/dpapi|node-dpapi/i;
/** Programs that give out what is in a keychain, as words of their own in a string. */
const PROGRAMS =
  /['"`](?:\/usr\/bin\/)?(?:security|secret-tool|cmdkey|kwallet-query|kwalletcli|gnome-keyring[\w-]*)(?:\.exe)?['"`]|CredRead|find-generic-password|ProtectedData/;

/** Names of packages that a lock file installs. */
function packagesOf(lock: string): readonly string[] {
  const { packages }: { packages: Record<string, unknown> } = JSON.parse(lock);
  return Object.keys(packages).map((name) => name.replace(/^.*node_modules\//, ''));
}

/** What a source text has to do with keychains. */
function suspicions(source: string): readonly string[] {
  const imported = [...source.matchAll(/(?:from|import|require)\s*\(?\s*['"]([^'"]+)['"]/g)].map(
    ([, name]) => name ?? '',
  );
  const run = PROGRAMS.exec(source);
  return [...imported.filter((name) => LIBRARIES.test(name)), ...(run ? [run[0]] : [])];
}

function sources(): readonly string[] {
  return ['core', 'local', 'cli', 'protocol'].flatMap((name) => {
    const folder = path.join(ROOT, 'packages', name);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    return files
      .filter((file) => /\.(?:ts|c?js|mjs|json)$/.test(file) && !/\.test\.ts$|node_modules|^dist/.test(file))
      .map((file) => path.join(folder, file));
  });
}

describe('S-12: no keychain', () => {
  test('S-12: no package that is installed is one of a keychain', () => {
    const names = packagesOf(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8'));
    expect(names.length).toBeGreaterThan(50);
    expect(names.filter((name) => LIBRARIES.test(name))).toEqual([]);
  });

  test('S-12: no source imports one, and none runs a program that reads one', () => {
    const files = sources();
    expect(files.length).toBeGreaterThan(300);
    const found = files.flatMap((file) =>
      suspicions(readFileSync(file, 'utf8')).map((what) => `${file}: ${what}`),
    );
    expect(found).toEqual([]);
  });

  test.each([
    `import keytar from 'keytar';`,
    `const { Entry } = require("@napi-rs/keyring");`,
    `await import('dbus-next')`,
    `spawn('security', ['find-generic-password'])`,
    `execFile("secret-tool", ['lookup'])`,
    `spawn('cmdkey.exe')`,
    `run('powershell', '[Win32]::CredRead($name)')`,
  ])('S-12: the scan finds %s', (source) => {
    expect(suspicions(source)).toHaveLength(1);
  });
});
