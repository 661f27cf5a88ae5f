/** An acceptance id that asks for nothing any more, and why. */
export interface Superseded {
  readonly id: string;
  readonly why: string;
}

const NO_CACHE =
  'There is no cache of the session: a read is one small file, and its key takes microseconds.';

/** What the evidence lists without a test. */
export const SUPERSEDED: readonly Superseded[] = [
  { id: 'H-03', why: `${NO_CACHE} Nothing can be missing, stale or of another user.` },
  { id: 'H-05', why: `${NO_CACHE} Nothing can hold forbidden fields; S-02 and X-12 look at what is there.` },
  { id: 'H-06', why: `${NO_CACHE} Nothing can fail to be published, or be switched off.` },
];
