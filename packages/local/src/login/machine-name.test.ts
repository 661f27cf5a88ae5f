import { validateHeaderValue } from 'node:http';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { machineName } from './machine-name.ts';

test('a login names the machine that it is on', () => {
  expect(machineName('ada-laptop.local')).toBe('spec-kitty (ada-laptop.local)');
  expect(machineName('ada(1)\\\r\nx: y')).toBe('spec-kitty (ada1x:y)');
  expect(machineName('機')).toBe('spec-kitty');
});

test('whatever a machine is called, a header takes it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (host) => {
      validateHeaderValue('user-agent', machineName(host));
      expect(machineName(host).length).toBeLessThan(100);
    }),
  );
});
