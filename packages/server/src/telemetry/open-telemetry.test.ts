import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freePort } from '../database/free-port.ts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openTelemetry } from './open-telemetry.ts';

const REQUEST = {
  method: 'GET',
  route: '/api/v1/me',
  status: 200,
  began: Date.now(),
  ms: 12,
  parent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
};
const own = { version: '1.2.3', connections: () => ({ used: 2, idle: 3, waiting: 0 }), log: () => undefined };

test('Prometheus is told how long requests took, what the log tells of, and how many connections there are', async () => {
  const prometheus = { host: '127.0.0.1', port: await freePort() };
  const telemetry = await openTelemetry({ ...own, prometheus, otlp: false });
  telemetry.answered(REQUEST);
  telemetry.answered({ ...REQUEST, route: null, status: 404, parent: 'nonsense' });
  telemetry.logged('warn', 'sign_in_locked');
  const address = `http://127.0.0.1:${prometheus.port}/metrics`;
  const text = await (await fetch(address)).text();
  for (const line of [
    'http_server_request_duration_count{http_request_method="GET",http_response_status_code="200",http_route="/api/v1/me"} 1',
    'http_server_request_duration_bucket{http_request_method="GET",http_response_status_code="200",http_route="/api/v1/me",le="0.025"} 1',
    'http_server_request_duration_count{http_request_method="GET",http_response_status_code="404"} 1',
    'teamspace_log_events_total{level="warn",event="sign_in_locked"} 1',
    'db_client_connection_count{db_client_connection_state="idle"} 3',
  ])
    expect(text.replaceAll(/otel_scope_\w+="[^"]*",?/g, '').replaceAll(',}', '}')).toContain(line);
  await expect(openTelemetry({ ...own, prometheus, otlp: false })).rejects.toMatchObject({
    code: 'PORT_TAKEN',
    hints: ['Name another one with --metrics.'],
  });
  await telemetry.close();
  await expect(fetch(address)).rejects.toThrow('fetch failed');
});

test('a collector gets figures and traces by OTLP, under the trace of whoever asked', async () => {
  const got = new Map<string, string>();
  const collector = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      got.set(request.url ?? '', Buffer.concat(parts).toString());
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void collector.close());
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', `http://127.0.0.1:${(collector.address() as AddressInfo).port}`);
  vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'deployment.environment=test');
  onTestFinished(() => void vi.unstubAllEnvs());
  const telemetry = await openTelemetry({ ...own, prometheus: undefined, otlp: true });
  telemetry.answered({ ...REQUEST, status: 503 });
  await telemetry.close();
  expect([...got.keys()].toSorted()).toEqual(['/v1/metrics', '/v1/traces']);
  const traces = got.get('/v1/traces') ?? '';
  for (const part of [
    '0af7651916cd43dd8448eb211c80319c',
    'GET /api/v1/me',
    'spec-kitty-teamspace',
    'deployment.environment',
  ])
    expect(traces).toContain(part);
  expect(got.get('/v1/metrics')).toContain('http.server.request.duration');
});

test('a collector that is not there is told of in the log, and keeps nobody waiting', async () => {
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', `http://127.0.0.1:${await freePort()}`);
  vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '300');
  onTestFinished(() => void vi.unstubAllEnvs());
  const logged: string[] = [];
  const log = (_: string, event: string): void => void logged.push(event);
  const telemetry = await openTelemetry({ ...own, log, prometheus: undefined, otlp: true });
  telemetry.answered(REQUEST);
  await telemetry.close();
  expect(new Set(logged)).toEqual(new Set(['telemetry_failed']));
});
