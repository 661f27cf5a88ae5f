/** Time as a port, so that rules and tests see the same instants. */
export interface Clock {
  /** Microseconds since the Unix epoch, UTC; strictly increasing within one process. */
  nowMicros(): number;
}
