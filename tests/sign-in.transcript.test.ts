import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { browserCommand } from '@spec-kitty/local/login/open-browser';
import { bundleEntry } from '@spec-kitty/testkit/bundle-entry';
import { expect, onTestFinished, test } from 'vitest';
import { DocumentReader } from './document-reader.ts';

/** Two servers whose person agrees to everything, in a process of their own: the reader's commands are waited for. */
async function twoServers(): Promise<readonly string[]> {
  const entry = await bundleEntry(`
    import { OAuthServer } from '@spec-kitty/testkit/oauth/oauth-server';
    const origins = [];
    for (const _ of [1, 2]) {
      const server = new OAuthServer();
      server.options.deviceInterval = 1;
      setInterval(() => server.decideDevice('approved'), 100);
      origins.push(await server.listen());
    }
    process.stdout.write(origins.join(' '));`);
  const child = spawn(process.execPath, [entry.file], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill();
    entry.dispose();
  });
  const [origins] = await once(child.stdout, 'data');
  return String(origins).split(' ');
}

test.skipIf(process.platform === 'win32')(
  'docs/how-to/sign-in.md does what it says, and prints what it shows (skipped on Windows: the browser is a script)',
  async () => {
    const [team = '', other = ''] = await twoServers();
    const names = [
      ['https://team.example', team],
      ['https://other.example', other],
    ] as const;
    const reader = new DocumentReader('/home/ada', { atHome: true, names });
    const [browser] = browserCommand(process.platform);
    const script = `#!/bin/sh\nexec "${process.execPath}" -e 'fetch(process.argv[1])' "$@"\n`;
    writeFileSync(path.join(reader.project, '../bin', browser), script, { mode: 0o755 });
    const file = path.join(import.meta.dirname, '../docs/how-to/sign-in.md');
    await expect(reader.read(readFileSync(file, 'utf8'))).toMatchFileSnapshot(file);
  },
);
