/** What a request is answered with; headers that every answer has are added on its way out. */
export interface Answer {
  readonly status: number;
  readonly type: 'json' | 'html' | 'text' | 'css' | 'none';
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Cookies to set, as whole header values. */
  readonly cookies: readonly string[];
}

/** What an answer may have beside its body. */
export interface More {
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
}

export function json(status: number, body: unknown, { headers = {}, cookies = [] }: More = {}): Answer {
  return { status, type: 'json', body: JSON.stringify(body), headers, cookies };
}

export function page(status: number, body: string, { headers = {}, cookies = [] }: More = {}): Answer {
  return { status, type: 'html', body, headers, cookies };
}

/** Sends a browser on with a GET, whatever it came with. */
export function redirect(location: string, { headers = {}, cookies = [] }: More = {}): Answer {
  return { status: 303, type: 'none', body: '', headers: { ...headers, location }, cookies };
}

/** An error in the words of OAuth (RFC 6749 §5.2), which the whole API speaks. */
export function oauthError(
  status: number,
  error: string,
  description: string,
  more: Readonly<Record<string, unknown>> = {},
): Answer {
  return json(status, { error, error_description: description, ...more });
}

/** For whoever has asked too often. */
export function tooMany(seconds: number): Answer {
  return json(
    429,
    {
      error: 'too_many_requests',
      error_description: 'Too many requests; try again later.',
      retry_after: seconds,
    },
    { headers: { 'retry-after': String(seconds) } },
  );
}
