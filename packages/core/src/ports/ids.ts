/** Mints event and mission ids. */
export interface Ids {
  /** Returns a new ULID, strictly greater than any this process has returned before. */
  next(): string;
}
