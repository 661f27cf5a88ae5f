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
      readonly cause: 'dns' | 'refused' | 'tls' | 'timeout' | 'dropped' | 'malformed';
      /** Whether the server may have got the request. */
      readonly sent: boolean;
    };
