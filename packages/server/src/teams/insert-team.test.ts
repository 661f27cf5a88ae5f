import fc from 'fast-check';
import { expect, test } from 'vitest';
import { slugOf } from './insert-team.ts';

test.each([
  ['Red team', 'red-team'],
  ['Ärzte & Ingénieure', 'arzte-ingenieure'],
  ['--a--', 'a'],
  ['队', 'team'],
  ['', 'team'],
  ['6F9619FF 8B86 D011 B42D 00C04FC964FF', 'team-6f9619ff-8b86-d011-b42d-00c04fc964f'],
  [`${'a'.repeat(39)} b`, 'a'.repeat(39)],
])('%j stands in addresses as %s', (name, slug) => {
  expect(slugOf(name)).toBe(slug);
});

test('whatever the name, a slug is short and needs no escape', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (name) => {
      expect(slugOf(name)).toMatch(/^(?=.{1,40}$)[a-z0-9]+(?:-[a-z0-9]+)*$/);
    }),
  );
});
