/**
 * Time limits of a refresh, in milliseconds (A§3.5): whoever waits outlives whoever holds, who outlives the request.
 *
 * Otherwise a token that the server has just rotated could be lost, because its holder has given up.
 */
export const REFRESH_LIMITS = {
  /** The whole exchange with the token endpoint, connecting included. */
  http: 8000,
  connect: 3000,
  /** From the moment that the lock is held to its release, whatever happens. */
  hold: 10_000,
  wait: 12_000,
  /** Whoever waits looks at the disk so often: what they wait for may be there before their turn comes. */
  slice: 500,
  /** An access token that expires sooner is refreshed before it is used. */
  minValidity: 30_000,
  /** What has to be left of one at the end of the wait, if less was not enough from the first. */
  adoptable: 5000,
  /** The longest that a server may ask us to wait for somebody else's rotation. */
  replayWait: 5000,
} as const;
