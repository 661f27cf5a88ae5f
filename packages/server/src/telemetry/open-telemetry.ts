import { setTimeout as pause } from 'node:timers/promises';
import {
  diag,
  DiagLogLevel,
  type Meter,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type Tracer,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { Hono } from 'hono';
import { type ListenAddress, listen } from '../serve/listen.ts';
import type { Log } from '../log/log.ts';
import type { AnsweredRequest, Connections, Telemetry } from './telemetry.ts';

/** What figures are made of, and who is to have them. */
export interface TelemetryOptions {
  /** Where Prometheus asks; `undefined` where it does not. */
  readonly prometheus: ListenAddress | undefined;
  /** Whether they are sent by OTLP, as `OTEL_EXPORTER_OTLP_*` says. */
  readonly otlp: boolean;
  readonly version: string;
  readonly connections: () => Connections;
  readonly log: Log;
}

/** Longer than a collector that lives needs for the last figures. */
const LAST_MS = 2000;

function silent(): void {}

/** From a millisecond to what a person gives up at, in seconds. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Begins to measure a server, under the names of OpenTelemetry's conventions for HTTP servers.
 *
 * @throws Fault `PORT_TAKEN` or `ADDRESS_UNUSABLE` for the address that Prometheus was promised.
 */
export async function openTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const { prometheus, otlp, log } = options;
  const failed = (message: string): void => log('warn', 'telemetry_failed', { error: message });
  diag.setLogger(
    { error: failed, warn: silent, info: silent, debug: silent, verbose: silent },
    { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true },
  );
  const resource = resourceFromAttributes({
    'service.name': 'spec-kitty-teamspace',
    'service.version': options.version,
  }).merge(detectResources({ detectors: [envDetector] }));
  const scraped = prometheus && new PrometheusExporter({ preventServerStart: true });
  const meters = new MeterProvider({
    resource,
    readers: [
      ...(scraped ? [scraped] : []),
      ...(otlp ? [new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter() })] : []),
    ],
  });
  const traces = new TracerProvider({
    resource,
    spanProcessors: otlp ? [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })] : [],
  });
  const page = scraped && (await listen(metricsPage(scraped), prometheus, '--metrics'));
  const telemetry = measuring(
    meters.getMeter('teamspace'),
    traces.getTracer('teamspace'),
    options.connections,
  );
  return {
    ...telemetry,
    close: async () => {
      await page?.close();
      const last = Promise.allSettled([meters.shutdown(), traces.shutdown()]);
      await Promise.race([last, pause(LAST_MS, undefined, { ref: false })]);
    },
  };
}

function metricsPage(exporter: PrometheusExporter): Hono {
  const serializer = new PrometheusSerializer();
  return new Hono().get('/metrics', async (c) => {
    const { resourceMetrics, errors } = await exporter.collect();
    if (errors.length > 0) return c.text(errors.map(String).join('\n'), 500);
    return c.text(serializer.serialize(resourceMetrics));
  });
}

function measuring(meter: Meter, tracer: Tracer, connections: () => Connections): Omit<Telemetry, 'close'> {
  const durations = meter.createHistogram('http.server.request.duration', {
    unit: 's',
    description: 'How long requests took.',
    advice: { explicitBucketBoundaries: BOUNDS },
  });
  const events = meter.createCounter('teamspace.log.events', {
    description: 'What the log tells of, by name.',
  });
  meter
    .createObservableGauge('db.client.connection.count', { description: 'Connections to the database.' })
    .addCallback((gauge) => {
      for (const [state, number] of Object.entries(connections()))
        gauge.observe(number, { 'db.client.connection.state': state });
    });
  const propagator = new W3CTraceContextPropagator();
  return {
    answered: (request) => {
      const attributes = attributesOf(request);
      durations.record(request.ms / 1000, attributes);
      const { parent, began, ms, status } = request;
      const carrier = parent === undefined ? {} : { traceparent: parent };
      const context = propagator.extract(ROOT_CONTEXT, carrier, {
        get: (from, key) => from[key as 'traceparent'],
        keys: Object.keys,
      });
      const name = `${request.method}${request.route === null ? '' : ` ${request.route}`}`;
      const span = tracer.startSpan(name, { kind: SpanKind.SERVER, startTime: began, attributes }, context);
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end(began + ms);
    },
    logged: (level, event) => events.add(1, { level, event }),
  };
}

function attributesOf({ method, route, status }: AnsweredRequest): Record<string, string | number> {
  return {
    'http.request.method': method,
    'http.response.status_code': status,
    ...(route !== null && { 'http.route': route }),
  };
}
