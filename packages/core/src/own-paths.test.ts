import { expect, test } from 'vitest';
import { isOwnPath } from './own-paths.ts';

test.each([
  ['kitty-specs/pay/spec.md', true],
  ['.kittify/config.yaml', true],
  ['.kittify', true],
  ['Kitty-Specs/a.md', true],
  ['.KITTIFY/a', true],
  ['docs/kitty-specs/a.md', false],
  ['kitty-specs.md', false],
  ['xkittify/a', false],
  ['', false],
])('%s: ours is %s', (file, ours) => {
  expect(isOwnPath(file)).toBe(ours);
});
