import { Fault } from '../fault.ts';

/** How people are told of a cause of the network. */
const CAUSES: Readonly<Record<string, string>> = {
  dns: 'its name is not known',
  refused: 'nothing answers there',
  tls: 'its certificate cannot be trusted',
  timeout: 'it did not answer in time',
  dropped: 'the connection broke off',
};

const TRY_AGAIN = 'Nothing was changed here. Check the network and the address, then run the command again.';

/**
 * Tells of a server that gave no answer to work with; what it said itself is not shown, since it may hold secrets.
 *
 * @param why a cause of the network, `malformed`, or `http_` and a status.
 */
export function serverFault(issuer: string, why: string): Fault {
  const details = { server: issuer, cause: why };
  if (why === 'proxy_unusable' || why === 'proxy_refused') return proxyFault(why, details);
  const cause = CAUSES[why];
  if (cause !== undefined)
    return new Fault(
      'refused',
      'SERVER_UNREACHABLE',
      `The server cannot be reached, as ${cause}: ${issuer}`,
      {
        hints: [TRY_AGAIN],
        details,
      },
    );
  const status = Number(why.replace('http_', ''));
  if (status >= 500 || status === 429 || status === 408)
    return new Fault('refused', 'SERVER_ERROR', `The server answers with HTTP ${status}: ${issuer}`, {
      hints: ['Nothing was changed here. Run the command again in a moment, or ask who runs the server.'],
      details,
    });
  const what = Number.isNaN(status) ? 'with something that is no answer of Teamspace' : `with HTTP ${status}`;
  return new Fault('refused', 'SERVER_ANSWER_INVALID', `The server answers ${what}: ${issuer}`, {
    hints: ['Check that this is the address of a Teamspace server, and not of another site or of a proxy.'],
    details,
  });
}

/** Tells of a proxy that leads nowhere; its address may have a password in it, and is not repeated. */
function proxyFault(
  why: 'proxy_unusable' | 'proxy_refused',
  details: { readonly server: string; readonly cause: string },
): Fault {
  const { server } = details;
  if (why === 'proxy_unusable')
    return new Fault(
      'refused',
      'PROXY_UNUSABLE',
      `The proxy that HTTPS_PROXY names cannot be used, so nobody asked ${server}`,
      {
        hints: [
          'Correct HTTPS_PROXY, such as http://proxy.example:3128, or name the server in NO_PROXY if it is reached without a proxy.',
        ],
        details,
      },
    );
  return new Fault(
    'refused',
    'PROXY_REFUSED',
    `The proxy that HTTPS_PROXY names does not lead to ${server}`,
    {
      hints: [
        'Give HTTPS_PROXY the user and password that the proxy wants, or ask who runs it to allow the server; NO_PROXY names servers that are reached without it.',
      ],
      details,
    },
  );
}
