/** Why there was no answer. */
export type NetworkCause =
  | 'dns'
  | 'refused'
  | 'tls'
  | 'timeout'
  | 'dropped'
  | 'malformed'
  /** The proxy on the way cannot be asked, or says no. */
  | 'proxy_unusable'
  | 'proxy_refused';

/** Why there is nothing to work with: no answer, one of that status, or no time left for asking. */
export type NoAnswer = NetworkCause | `http_${number}` | 'no_time';

/** What came of a request: an answer, or why there is none. */
export type HttpAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      /** `undefined` where the body is no JSON, or is too long. */
      readonly body: unknown;
      /** Seconds that the server asks to wait, if it does. */
      readonly retryAfter: number | null;
    }
  | {
      readonly kind: 'failed';
      readonly cause: NetworkCause;
      /** Whether the server may have got the request. */
      readonly sent: boolean;
    };
