import { expect, test } from 'vitest';
import { blankerOf, redactorOf } from './secret-values.ts';

test('the value of a variable with a telling name is blanked out, as it is and as programs write it', () => {
  const redacted = redactorOf({
    SERVICE_API_KEY: 'a/b "c" 4711',
    OTHER_TOKEN: 'a/b "c" 4711-longer',
    DEPLOY_PRIVATE_KEY: 'first line 1\nsecond line 2',
  });
  expect(redacted('x a/b "c" 4711 y')).toBe('x *** y');
  expect(redacted('{"key":"a/b \\"c\\" 4711"}')).toBe('{"key":"***"}');
  expect(redacted('?k=a%2Fb%20%22c%22%204711&x')).toBe('?k=***&x');
  expect(redacted('a/b "c" 4711-longer')).toBe('***');
  expect(redacted('second line 2')).toBe('***');
});

test('what is told by its look is blanked out, whatever the environment', () => {
  expect(redactorOf({})(`Bearer ${'a1'.repeat(10)}`)).toBe('Bearer ***');
});

test('what holds no secret stays: other variables, short values, words and numbers', () => {
  const said = 'Ada Lovelace on /home/ada with 123456789 tokens, disabled, abc';
  const env = {
    GIT_AUTHOR_NAME: 'Ada Lovelace',
    HOME: '/home/ada',
    MAX_OUTPUT_TOKENS: '123456789',
    TOKEN_CACHE: 'disabled',
    A_SECRET: 'abc',
    MISSING_TOKEN: undefined,
  };
  expect(redactorOf(env)(said)).toBe(said);
});

test('a value that is no text in Unicode is blanked out as well', () => {
  expect(redactorOf({ A_SECRET: 'half \ud800 a pair' })('half \ud800 a pair!')).toBe('***!');
});

test('by its value alone, a secret is blanked out of JSON without another word', () => {
  const said = JSON.stringify({ summary: 'Authorization: "a/b \\ 4711"', verdict: 'approved' });
  const blanked = blankerOf({ A_SECRET: '"a/b \\ 4711"' })(said);
  expect(JSON.parse(blanked)).toEqual({ summary: 'Authorization: ***', verdict: 'approved' });
});
