import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import { expect, test } from 'vitest';
import { CheckoutProject } from './checkout-project.ts';
import { readProjectConfig } from './read-project-config.ts';

function world() {
  const repository = tempRepository();
  return {
    repository,
    project: new CheckoutProject(repository.root, path.join(repository.root, '.git/spec-kitty/tmp')),
  };
}

test('writes, reads and replaces a file with its folders; an equal text is not written', () => {
  const { repository, project } = world();
  expect([project.read('a/b.md'), project.exists('a/b.md')]).toEqual([undefined, false]);
  project.write('a/b.md', 'ä\n');
  expect([project.read('a/b.md'), project.exists('a/b.md')]).toEqual(['ä\n', true]);
  const { mtimeNs } = statSync(path.join(repository.root, 'a/b.md'), { bigint: true });
  project.write('a/b.md', 'ä\n');
  expect(statSync(path.join(repository.root, 'a/b.md'), { bigint: true }).mtimeNs).toBe(mtimeNs);
  project.write('a/b.md', 'b');
  expect([project.read('a/b.md'), readdirSync(path.join(repository.root, 'a'))]).toEqual(['b', ['b.md']]);
  expect(() => project.read('a')).toThrow(
    expect.objectContaining({ code: 'NOT_A_PLAIN_FILE', details: { path: 'a' } }),
  );
});

// Seed `a`, run i153 of the fault harness: a user switched branches while a merge wrote meta.json.
test('what is rewritten does not bring back a folder that somebody has taken away', () => {
  const { repository, project } = world();
  const gone = expect.objectContaining({ code: 'ENOENT' });
  expect(() => project.rewrite('a/b.md', 'a')).toThrow(gone);
  expect(project.exists('a')).toBe(false);
  mkdirSync(path.join(repository.root, 'a'));
  project.rewrite('a/b.md', 'a');
  expect(project.read('a/b.md')).toBe('a');
});

test.each([['../x'], ['/etc/x'], ['.git/config'], ['link/x']])(
  'a path that leads out is refused: %s',
  (named) => {
    const { repository, project } = world();
    mkdirSync(path.join(repository.base, 'outside'));
    symlinkSync(path.join(repository.base, 'outside'), path.join(repository.root, 'link'));
    const refused = expect.objectContaining({ code: 'PATH_OUTSIDE_REPOSITORY' });
    expect(() => project.write(named, '')).toThrow(refused);
    expect(() => project.read(named)).toThrow(refused);
    expect(() => project.exists(named)).toThrow(refused);
  },
);

test('a file in place of a folder, and a file that is not UTF-8, are named', () => {
  const { repository, project } = world();
  repository.write({ 'kitty-specs': '' });
  expect(() => project.write('kitty-specs/m/meta.json', '{}')).toThrow(
    expect.objectContaining({ code: 'NOT_A_DIRECTORY' }),
  );
  writeFileSync(path.join(repository.root, 'latin.md'), Buffer.of(0xe4));
  expect(() => project.read('latin.md')).toThrow(
    expect.objectContaining({ code: 'NOT_UTF8', details: { file: 'latin.md' } }),
  );
});

test('the configuration of a project, or its defaults', () => {
  const { repository } = world();
  expect(readProjectConfig(repository.root)).toMatchObject({ autoCommit: true, workspaceCopy: [] });
  repository.write({ '.kittify/config.yaml': 'agents:\n  auto_commit: false\nworkspace:\n  copy: [.env]\n' });
  expect(readProjectConfig(repository.root)).toMatchObject({ autoCommit: false, workspaceCopy: ['.env'] });
  repository.write({ '.kittify/config.yaml': 'validation:\n  command: npm test\n' });
  expect(() => readProjectConfig(repository.root)).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID' }),
  );
  writeFileSync(path.join(repository.root, '.kittify/config.yaml'), Buffer.of(0xff));
  expect(() => readProjectConfig(repository.root)).toThrow(expect.objectContaining({ code: 'NOT_UTF8' }));
  expect(readFileSync(path.join(repository.root, '.kittify/config.yaml'))).toEqual(Buffer.of(0xff));
});

test('a linked configuration is read inside of the repository only, and never written', () => {
  const { repository, project } = world();
  const config = path.join(repository.root, '.kittify/config.yaml');
  repository.write({ 'shared.yaml': 'agents:\n  auto_commit: false\n', '.kittify/keep': '' });
  repository.write({ '../outside.yaml': 'agents:\n  auto_commit: false\n' });
  symlinkSync('../shared.yaml', config);
  expect(readProjectConfig(repository.root)).toMatchObject({ autoCommit: false });
  expect(() => project.write('.kittify/config.yaml', '')).toThrow(
    expect.objectContaining({ code: 'NOT_A_PLAIN_FILE' }),
  );
  for (const target of ['../../outside.yaml', '../absent.yaml']) {
    rmSync(config);
    symlinkSync(target, config);
    expect(() => readProjectConfig(repository.root)).toThrow(
      expect.objectContaining({
        code: 'PATH_OUTSIDE_REPOSITORY',
        message: expect.stringContaining('".kittify/config.yaml"'),
      }),
    );
    expect(() => project.write('.kittify/config.yaml', '')).toThrow(Fault);
  }
  expect(repository.read('../outside.yaml')).toBe('agents:\n  auto_commit: false\n');
});
