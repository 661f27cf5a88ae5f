import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, onTestFinished, test } from 'vitest';
import { Git } from './git.ts';

/** A server that hangs up on everybody and counts them. */
async function server() {
  let calls = 0;
  const listener = createServer((socket) => {
    calls += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => {
    listener.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void listener.close());
  return { url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}/x`, calls: () => calls };
}

/** A clone without the files of old commits, which it would fetch from a server. */
async function partialClone() {
  const repository = tempRepository();
  repository.git('config', 'uploadpack.allowFilter', 'true');
  repository.commit('one', { a: 'old' });
  repository.commit('two', { a: 'new' });
  const clone = path.join(repository.base, 'clone');
  repository.git('clone', '--quiet', '--filter=blob:none', `file://${repository.root}`, clone);
  return { repository, clone, git: new Git(clone, { ...repository.env, GIT_ALLOW_PROTOCOL: 'http' }) };
}

test('what a partial clone lacks is not fetched but named, and the hint gets it', async () => {
  const { repository, clone, git } = await partialClone();
  const { url, calls } = await server();
  repository.git('-C', clone, 'config', 'remote.origin.url', url);
  for (const args of [
    ['show', 'HEAD~1:a'],
    ['worktree', 'add', '--detach', '../old', 'HEAD~1'],
  ]) {
    const fault = await git.run(args).catch((error: unknown) => error);
    expect(fault).toMatchObject({
      kind: 'refused',
      code: 'OBJECTS_MISSING',
      hints: [expect.stringContaining('`git fetch --refetch --no-filter`')],
    });
  }
  expect(calls()).toBe(0);

  repository.git('-C', clone, 'config', 'remote.origin.url', `file://${repository.root}`);
  repository.git('-C', clone, 'fetch', '--quiet', '--refetch', '--no-filter');
  expect(await git.text(['show', 'HEAD~1:a'])).toBe('old');
});

test('an address on the network is refused, whatever the settings allow', async () => {
  const { repository, git } = await partialClone();
  const { url, calls } = await server();
  repository.git('config', '--global', 'protocol.allow', 'always');
  await expect(git.run(['fetch', url])).rejects.toMatchObject({
    message: expect.stringContaining("transport 'http' not allowed"),
  });
  expect(calls()).toBe(0);
});
