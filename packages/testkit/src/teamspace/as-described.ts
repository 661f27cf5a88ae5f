import type { Answer } from '@spec-kitty/teamspace/http/answer';
import { failure } from '@spec-kitty/teamspace/http/answer-fields';
import type { Endpoint } from '@spec-kitty/teamspace/http/endpoint';
import * as v from 'valibot';

/**
 * The same endpoints, which fail where an answer in JSON is not what its description says.
 *
 * @param reached is told of each request that gets as far as its endpoint.
 * @throws Error naming the endpoint: the server answers with 500, and the test fails.
 */
export function asDescribed(
  endpoints: readonly Endpoint[],
  reached: (one: Endpoint) => void,
): readonly Endpoint[] {
  return endpoints.map((one) => ({
    ...one,
    handle: async (asked) => {
      reached(one);
      const answer = await one.handle(asked);
      if (answer.type === 'json') requireDescribed(one, answer);
      return answer;
    },
  }));
}

function requireDescribed({ method, path, answers }: Endpoint, { status, body }: Answer): void {
  const schema = status < 400 ? answers[status]?.schema : failure;
  if (!schema) throw new Error(`${method} ${path} answers with ${status}, and nothing says what that is`);
  // A field more than described is one that nobody knows of.
  const exact =
    'entries' in schema && schema.type === 'object'
      ? v.strictObject(schema.entries as v.ObjectEntries)
      : schema;
  const { issues } = v.safeParse(exact, JSON.parse(body));
  if (issues) throw new Error(`${method} ${path} answers otherwise than described: ${v.summarize(issues)}`);
}
