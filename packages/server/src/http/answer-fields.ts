import * as v from 'valibot';

/** A moment, in UTC. */
export const instant = v.pipe(v.string(), v.isoTimestamp());

/** A whole number of seconds, or of whatever else is counted. */
export const count = v.pipe(v.number(), v.integer());

/** Every answer of the API that is no success (RFC 6749 §5.2). */
export const failure = v.object({
  error: v.string(),
  error_description: v.string(),
  retry_after: v.optional(v.pipe(count, v.description('Seconds after which to ask again.'))),
});
