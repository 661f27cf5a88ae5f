import { expect, test } from 'vitest';
import { parseDeviceAuthorization } from './device-authorization.ts';

const ANSWER = {
  device_code: 'd-1',
  user_code: 'ABCD1234',
  verification_uri: 'https://team.example/device',
  verification_uri_complete: 'https://team.example/device?code=ABCD1234',
  expires_in: 600,
  interval: 7,
};

test('A-11: a code is shown in chunks; lengths are the server’s', () => {
  const read = parseDeviceAuthorization(ANSWER);
  expect(read).toMatchObject({ userCode: 'ABCD-1234', expiresInMs: 600_000, intervalMs: 7000 });
  expect(read?.deviceCode.expose()).toBe('d-1');
  expect(parseDeviceAuthorization({ ...ANSWER, user_code: 'WDJB-MJHT' })?.userCode).toBe('WDJB-MJHT');
});

test('what the protocol lets a server leave out', () => {
  const { device_code, user_code, verification_uri } = ANSWER;
  expect(parseDeviceAuthorization({ device_code, user_code, verification_uri })).toMatchObject({
    completeUri: null,
    expiresInMs: 900_000,
    intervalMs: 5000,
  });
});

test.each([
  ['device_code', undefined],
  ['device_code', 7],
  ['user_code', ''],
  ['verification_uri', undefined],
  ['verification_uri', 'javascript:alert(1)'],
  ['verification_uri', 'the page'],
  ['verification_uri_complete', 'file:///etc/passwd'],
  ['expires_in', '600'],
  ['interval', -1],
  ['interval', Number.POSITIVE_INFINITY],
])('U-31: %s %j is no answer', (name, value) => {
  expect(parseDeviceAuthorization({ ...ANSWER, [name]: value })).toBeUndefined();
});

test.each([null, [], '<html>', 7, undefined])('U-31: %j is no answer', (body) => {
  expect(parseDeviceAuthorization(body)).toBeUndefined();
});
