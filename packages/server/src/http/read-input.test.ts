import * as v from 'valibot';
import { expect, test } from 'vitest';
import { checkInput, type Input, readInput } from './read-input.ts';

const FORM = 'application/x-www-form-urlencoded';

function read(
  takes: 'form' | 'json' | 'query',
  contentType: string | undefined,
  text: string | undefined,
): Promise<Input> {
  return readInput(takes, '?a=1', { contentType, text: () => Promise.resolve(text) });
}

test.each([
  ['query', undefined, undefined, { a: '1' }],
  ['form', FORM, 'a=1&b=%C3%A9', { a: '1', b: 'é' }],
  ['form', `${FORM.toUpperCase()}; charset=utf-8`, '', {}],
  ['json', 'application/json', '{"a":[1]}', { a: [1] }],
] as const)('a %s of type %s reads %s', async (takes, type, text, fields) => {
  expect(await read(takes, type, text)).toEqual({ kind: 'fields', fields });
});

test.each([
  ['form', FORM, undefined, 413],
  ['form', 'application/json', '{}', 415],
  ['form', undefined, 'a=1', 415],
  ['form', 'text/plain', 'a=1', 415],
  ['json', FORM, 'a=1', 415],
  ['form', FORM, 'a=1&a=2', 400],
  ['form', FORM, 'a=%00', 400],
  ['form', FORM, '%00=a', 400],
  ['json', 'application/json', '{"a":"\\u0000"}', 400],
  ['json', 'application/json', '{', 400],
] as const)('a %s of type %s refuses %s with %i', async (takes, type, text, status) => {
  expect(await read(takes, type, text)).toEqual({ kind: 'problem', status, problem: expect.any(String) });
});

test('a field called __proto__ is a field like any other', async () => {
  const { fields } = (await read('form', FORM, '__proto__=x')) as { fields: object };
  expect(Object.keys(fields)).toEqual(['__proto__']);
  expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
});

test('what is wrong is named, and never repeated', () => {
  const schema = v.object({ code: v.pipe(v.string(), v.maxLength(3)) });
  expect(checkInput(schema, { code: 'abc', more: 1 })).toEqual({ ok: true, input: { code: 'abc' } });
  expect(checkInput(schema, {})).toEqual({ ok: false, problem: 'code is missing.' });
  expect(checkInput(schema, { code: 'secret' })).toEqual({ ok: false, problem: 'code is not valid.' });
  expect(checkInput(schema, null)).toEqual({ ok: false, problem: 'The request is not valid.' });
});
