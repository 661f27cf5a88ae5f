import { Fault } from '@spec-kitty/core/fault';
import { jsonLog } from '../log/log.ts';
import { type ListenAddress, parseListen } from '../serve/listen.ts';
import { type Ready, serve } from '../serve/serve.ts';
import { databaseUrlOf, folderOf } from './administer.ts';
import type { ServerContext } from './context.ts';
import { define, jsonFlag, type PlaceFlags, placeFlags } from './define.ts';

interface Flags extends PlaceFlags {
  readonly listen: ListenAddress;
  readonly publicUrl?: string;
  readonly proxies: number;
  readonly metrics?: ListenAddress;
  readonly json: boolean;
}

/** `teamspace serve`. */
export const serveCommand = define<Flags, []>({
  brief: 'Run the server',
  details:
    'Prints its address when it takes requests, and, as long as nobody has an account, a link to make the first one. Its log goes to standard error, one JSON object a line. It ends with SIGINT or SIGTERM, after it has answered what was under way.',
  examples: [
    'spec-kitty teamspace serve',
    'spec-kitty teamspace serve --listen 127.0.0.1:8470 --public-url https://teamspace.example.org --proxies 1',
  ],
  parameters: {
    flags: {
      ...placeFlags,
      listen: {
        kind: 'parsed',
        brief: 'Address and port to listen at',
        placeholder: 'HOST:PORT',
        parse: listenOf,
        default: '127.0.0.1:8470',
      },
      publicUrl: {
        kind: 'parsed',
        brief: 'Address under which everybody knows the server; needed where it listens to a network',
        placeholder: 'URL',
        parse: String,
        optional: true,
      },
      proxies: {
        kind: 'parsed',
        brief: 'How many proxies stand before the server and add to X-Forwarded-For',
        placeholder: 'N',
        parse: countOf,
        default: '0',
      },
      metrics: {
        kind: 'parsed',
        brief: 'Address and port at which Prometheus may ask for /metrics; not asked for is not measured',
        placeholder: 'HOST:PORT',
        parse: listenOf,
        optional: true,
      },
      json: jsonFlag,
    },
  },
  run: runServe,
});

async function runServe(this: ServerContext, flags: Flags): Promise<void> {
  const { listen, publicUrl, proxies, metrics, json } = flags;
  await serve(
    {
      data: folderOf(this, flags).root,
      listen,
      databaseUrl: databaseUrlOf(this, flags),
      publicUrl: publicUrl ?? (this.env['TEAMSPACE_PUBLIC_URL'] || undefined),
      proxies,
      metrics,
      otlp: isSent(this.env),
      version: this.version,
      log: jsonLog(this.stderr, this.nowMs),
      nowIso: () => new Date(this.nowMs()).toISOString(),
    },
    (ready) => this.stdout(`${json ? JSON.stringify(ready) : readyText(ready)}\n`),
    this.told,
  );
}

/** As OpenTelemetry has it; without an address nothing is sent anywhere. */
function isSent(env: ServerContext['env']): boolean {
  const isOff = env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true';
  return !isOff && (env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '') !== '';
}

function readyText({ url, database, set_up_url: link }: Ready): string {
  const lines = [
    `Teamspace is at ${url}`,
    ...(link === null ? [] : [`Nobody has an account yet. Make the first one within a day: ${link}`]),
    `Sign in at a terminal: spec-kitty auth login --server ${url}`,
    ...(database === 'embedded' ? ['Its database is in its own folder.'] : []),
  ];
  return lines.join('\n');
}

function listenOf(given: string): ListenAddress {
  const parsed = parseListen(given);
  if (parsed) return parsed;
  throw new Fault('usage', 'USAGE_ERROR', `"${given}" is no address to listen at.`, {
    hints: ['Give host and port, such as 127.0.0.1:8470 or [::1]:8470'],
  });
}

function countOf(given: string): number {
  if (/^\d$/.test(given)) return Number(given);
  throw new Fault('usage', 'USAGE_ERROR', `"${given}" is no number of proxies.`);
}
