/** One request that has been answered. */
export interface AnsweredRequest {
  readonly method: string;
  /** The path of its endpoint with the names of its parts, never what was asked for; `null` where there is none. */
  readonly route: string | null;
  readonly status: number;
  /** Milliseconds since 1970. */
  readonly began: number;
  readonly ms: number;
  /** `traceparent` of whoever asks (W3C Trace Context). */
  readonly parent: string | undefined;
}

/** How many connections to the database a server has. */
export interface Connections {
  readonly used: number;
  readonly idle: number;
  /** Work that waits for one. */
  readonly waiting: number;
}

/** Where figures of a running server go. */
export interface Telemetry {
  readonly answered: (request: AnsweredRequest) => void;
  /** Something that the log tells of, by its name. */
  readonly logged: (level: string, event: string) => void;
  /** Sends what is left, as far as that goes quickly. */
  close(): Promise<void>;
}

/** Nobody has asked for figures. */
export const NO_TELEMETRY: Telemetry = {
  answered: () => undefined,
  logged: () => undefined,
  close: async () => undefined,
};
