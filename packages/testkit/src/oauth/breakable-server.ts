import { FaultProxy, type NetworkFault } from './fault-proxy.ts';
import { OAuthServer } from './oauth-server.ts';

const PLACES = {
  token: 'POST /oauth/token',
  device: 'POST /oauth/device',
  revoke: 'POST /oauth/revoke',
  me: 'GET /api/v1/me',
  status: 'GET /api/v1/session-status',
} as const;

const FAULTS: Readonly<Record<string, readonly [words: string, fault: NetworkFault]>> = {
  delay: ['20 seconds late', { kind: 'delay', beforeMs: 20_000 }],
  drop: ['the connection ends before the server hears of it', { kind: 'drop request' }],
  lose: ['the server does it, and its answer is lost', { kind: 'drop answer' }],
  garbage: ['an answer that is no JSON', { kind: 'body', body: '<html>This is no JSON.</html>' }],
  redirect: [
    'a redirect',
    { kind: 'status', status: 307, body: '', headers: { location: 'http://127.0.0.1:9/' } },
  ],
};

const HELP = `Break something, at the place that is named (else at token), until \`mend\` or for so many requests:

  delay     20 seconds late
  drop      the connection ends before the server hears of it
  lose      the server does it, and its answer is lost: at token, that is a rotation
  garbage   an answer that is no JSON
  500       or any other status from 400 to 599
  redirect  to another address

as in \`500\`, \`lose token 1\`, \`garbage me\`. Places: ${Object.keys(PLACES).join(', ')}.

  mend        nothing is broken any more
  expire      every access token that is out is refused
  revoke      every login is ended
  lifetime 5  access tokens live so many seconds from now on
  deny        every code is denied that waits for an answer`;

/** The server that tests log in to, behind a network that breaks as somebody tells it to. */
export class BreakableServer {
  readonly #server = new OAuthServer();
  readonly #proxy = new FaultProxy(() => this.#server.origin);

  /** @returns the address, for clients. */
  async listen(): Promise<string> {
    await this.#server.listen();
    const address = await this.#proxy.listen();
    this.#server.options.issuer = address;
    return address;
  }

  async close(): Promise<void> {
    await this.#proxy.close();
    await this.#server.close();
  }

  /** Does what a line says. @returns what has been done, or what could be. */
  obey(line: string): string {
    const words = line.trim().split(/\s+/);
    return (
      this.#order(words) ?? this.#break(words) ?? `I do not understand "${line}". \`help\` says what I do.`
    );
  }

  #order([word, number]: readonly string[]): string | undefined {
    switch (word) {
      case 'help':
        return HELP;
      case 'mend':
        this.#proxy.mend();
        return 'mended';
      case 'expire':
        this.#server.refuseAccess();
        return 'every access token that is out is refused';
      case 'revoke':
        this.#server.revokeAll();
        return 'every login is ended';
      case 'deny':
        this.#server.decideDevice('denied');
        return 'every code is denied that waits for an answer';
      case 'lifetime':
        if (!/^[1-9]\d{0,5}$/.test(number ?? '')) return undefined;
        this.#server.options.accessLifetimeS = Number(number);
        return `access tokens live ${number} s from now on`;
      default:
        return undefined;
    }
  }

  #break([word = '', place = 'token', times]: readonly string[]): string | undefined {
    const found = faultOf(word);
    const at = Object.entries(PLACES).find(([name]) => name === place)?.[1];
    if (!found || at === undefined || !/^(?:[1-9]\d{0,3})?$/.test(times ?? '')) return undefined;
    const [words, fault] = found;
    const path = at.slice(at.indexOf(' ') + 1);
    this.#proxy.mend(path);
    this.#proxy.fail(path, fault, times === undefined ? Number.POSITIVE_INFINITY : Number(times));
    const howLong = times === undefined ? 'until `mend`' : times === '1' ? 'once' : `${times} times`;
    return `${at}: ${words}, ${howLong}`;
  }
}

function faultOf(word: string): (typeof FAULTS)[string] | undefined {
  if (/^[45]\d\d$/.test(word))
    return [`HTTP ${word}`, { kind: 'status', status: Number(word), body: 'Broken on purpose.' }];
  return Object.entries(FAULTS).find(([name]) => name === word)?.[1];
}
