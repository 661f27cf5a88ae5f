import { chmodSync, existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import type { FileChange } from '@spec-kitty/core/project/file-change';
import { tempRepository } from '@spec-kitty/testkit/temp-repository';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CheckoutProject } from '../project/checkout-project.ts';
import { findRepository } from '../repository/repository.ts';
import { KeptChanges } from './kept-changes.ts';

const NAMES = ['a', 'b/c', 'b/d', 'e/f/g'];

/** A file of any bytes, or none. */
const content = fc.option(
  fc.record({ bytes: fc.uint8Array({ maxLength: 40 }), mode: fc.constantFrom(0o644, 0o755, 0o600) }),
);
/** What a plan makes of it; nothing where it has no business. */
const change = fc.option(fc.oneof(fc.constant(undefined), fc.string({ maxLength: 20 })), { nil: null });

test('whatever is there and whatever is changed, once or on top of another, comes back byte for byte', async () => {
  const { root } = tempRepository();
  const repository = await findRepository(root);
  const files = new CheckoutProject(root, path.join(root, '.git/spec-kitty/tmp'));
  const kept = new KeptChanges(repository, files);
  let count = 0;
  const file = (name: string) => path.join(root, name);
  const look = () =>
    NAMES.map((name) =>
      existsSync(file(name)) ? `${statSync(file(name)).mode} ${readFileSync(file(name), 'hex')}` : null,
    );
  const stamp = () => ({
    id: `01TEST${String((count += 1)).padStart(20, '0')}`,
    at: 'now',
    command: 'upgrade',
    version: '4',
  });
  const contents = fc.tuple(...NAMES.map(() => content));
  const changes = fc.tuple(...NAMES.map(() => change));
  const plan = (texts: readonly (string | null | undefined)[]): readonly FileChange[] =>
    NAMES.flatMap((name, at) => {
      const text = texts[at];
      if (text === null || (text === undefined && !existsSync(file(name)))) return [];
      return [{ path: name, kind: text === undefined ? 'remove' : 'replace', text, why: '' }];
    });

  fc.assert(
    fc.property(contents, changes, changes, (there, first, second) => {
      for (const name of ['a', 'b', 'e']) rmSync(file(name), { recursive: true, force: true });
      for (const [at, one] of there.entries()) {
        if (one === null) continue;
        files.write(NAMES[at] ?? '', one.bytes);
        chmodSync(file(NAMES[at] ?? ''), one.mode);
      }
      const states = [look()];
      const records = [first, second].flatMap((texts) => {
        const record = kept.apply(plan(texts), stamp());
        if (record) states.push(look());
        return record ?? [];
      });
      for (const record of records.toReversed()) {
        expect(look()).toEqual(states.pop());
        kept.restore(record, 'later');
      }
      expect(look()).toEqual(states.pop());
    }),
    { numRuns: 60, seed: 20_260_105 },
  );
});
