import * as v from 'valibot';
import { redirect } from '../http/answer.ts';
import { endpoint } from '../http/endpoint.ts';

/** `GET /`, and `HEAD /` for whoever only wants to know whether we are there (A§8.1 row 41). */
export const homePage = endpoint({
  method: 'GET',
  path: '/',
  access: { by: 'visitor' },
  summary: 'Go to the start',
  takes: 'query',
  input: v.object({}),
  answers: { 303: { means: 'To the own account, or to the sign-in page.' } },
  handle: ({ signedIn }) => redirect(signedIn ? '/account' : '/sign-in'),
});
