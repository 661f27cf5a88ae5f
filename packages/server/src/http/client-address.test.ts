import { expect, test } from 'vitest';
import { clientAddress } from './client-address.ts';

type Row = [string, number, string | undefined, string | undefined, string];

test.each<Row>([
  ['without proxies nobody is believed', 0, '192.0.2.1', '203.0.113.9', '192.0.2.1'],
  ['one proxy says the last', 1, '10.0.0.1', '203.0.113.9, 198.51.100.7', '198.51.100.7'],
  ['two proxies say the last but one', 2, '10.0.0.1', '6.6.6.6, 203.0.113.9, 10.0.0.2', '203.0.113.9'],
  ['of fewer than there should be, the first', 2, '10.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['IPv6', 1, '::1', '2001:db8::7', '2001:db8::7'],
  ['what is no address is passed over', 1, '10.0.0.1', 'unknown\r\nx', '10.0.0.1'],
  ['an empty header', 1, '10.0.0.1', '', '10.0.0.1'],
  ['no header', 1, '10.0.0.1', undefined, '10.0.0.1'],
  ['nobody at all', 0, undefined, undefined, 'unknown'],
])('%s', (...[_name, proxies, peer, forwarded, expected]) => {
  expect(clientAddress({ proxies }, peer, forwarded)).toBe(expected);
});
