import { Hono } from 'hono';
import { expect, onTestFinished, test } from 'vitest';
import type { Bindings } from '../http/app-context.ts';
import { listen, parseListen } from './listen.ts';

test.each([
  ['127.0.0.1:8470', { host: '127.0.0.1', port: 8470 }],
  ['[::1]:0', { host: '::1', port: 0 }],
  ['a-host.example.org:65535', { host: 'a-host.example.org', port: 65_535 }],
  ['127.0.0.1:65536', undefined],
  ['127.0.0.1', undefined],
  [':8470', undefined],
  ['::1:8470', undefined],
  ['https://a.example:8470', undefined],
  ['', undefined],
])('"%s" is %j', (text, expected) => {
  expect(parseListen(text)).toEqual(expected);
});

test('a port that is taken and an address of somebody else are refused by name', async () => {
  const app = new Hono<{ Bindings: Bindings }>();
  const first = await listen(app, { host: '127.0.0.1', port: 0 });
  onTestFinished(() => first.close());
  await expect(listen(app, { host: '127.0.0.1', port: first.port })).rejects.toMatchObject({
    code: 'PORT_TAKEN',
    details: { listen: `127.0.0.1:${first.port}` },
  });
});
