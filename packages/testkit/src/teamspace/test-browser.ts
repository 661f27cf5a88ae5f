/** Sends a request to a server, whether over a network or not. */
export type Send = (path: string, init: RequestInit) => Promise<Response>;

/** A page as a browser without script has it. */
export interface Page {
  readonly status: number;
  readonly text: string;
  readonly location: string | null;
  readonly headers: Headers;
  /** Hidden and other fields of the form with this target, as they are filled in. */
  fields(action: string): Record<string, string>;
}

/** Keeps cookies, follows redirects where it is told to, and sends the forms of pages. */
export class TestBrowser {
  readonly cookies = new Map<string, string>();
  readonly #send: Send;
  readonly #origin: string;

  constructor(send: Send, origin: string) {
    this.#send = send;
    this.#origin = origin;
  }

  /** Follows redirects within the server. */
  async open(path: string): Promise<Page> {
    let page = await this.get(path);
    for (let hops = 0; page.location?.startsWith('/') && hops < 10; hops += 1)
      page = await this.get(page.location);
    return page;
  }

  get(path: string): Promise<Page> {
    return this.#ask(path, { method: 'GET', headers: { 'sec-fetch-site': 'none' } });
  }

  /** Sends a form as a browser does, whoever made it up. */
  post(
    path: string,
    fields: Readonly<Record<string, string>>,
    headers: Record<string, string> = {},
  ): Promise<Page> {
    return this.#ask(path, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: this.#origin,
        'sec-fetch-site': 'same-origin',
        ...headers,
      },
      body: new URLSearchParams(fields).toString(),
    });
  }

  /** Opens a page, fills in a form of it, and sends it. */
  async submit(on: string, action: string, fields: Readonly<Record<string, string>>): Promise<Page> {
    const page = await this.open(on);
    return this.post(action, { ...page.fields(action), ...fields });
  }

  async #ask(
    path: string,
    init: Omit<RequestInit, 'headers'> & { readonly headers: Readonly<Record<string, string>> },
  ): Promise<Page> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await this.#send(path, {
      ...init,
      redirect: 'manual',
      headers: { accept: 'text/html', ...init.headers, ...(cookie !== '' && { cookie }) },
    });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (/Max-Age=0/.test(set)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const text = await response.text();
    return {
      status: response.status,
      text,
      location: response.headers.get('location'),
      headers: response.headers,
      fields: (action) => fieldsOf(text, action),
    };
  }
}

function fieldsOf(page: string, action: string): Record<string, string> {
  const escaped = action.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const form = new RegExp(`<form[^>]*action="${escaped}"[^>]*>([\\s\\S]*?)</form>`).exec(page)?.[1] ?? '';
  const inputs = [...form.matchAll(/<input[^>]*>/g)].map(([input]) => [
    /name="([^"]*)"/.exec(input)?.[1] ?? '',
    /value="([^"]*)"/.exec(input)?.[1] ?? '',
  ]);
  return Object.fromEntries(inputs.map(([name, value]) => [name, unescape(value ?? '')]));
}

function unescape(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
