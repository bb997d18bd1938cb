import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { WeirError } from '../errors/weir-error.ts';

export type { Counter, Gauge, Histogram } from 'prom-client';

export interface HistogramOptions<L extends string> {
  readonly labels?: readonly L[];
  /** Upper bounds in the metric's base unit. */
  readonly buckets?: readonly number[];
}

/**
 * A registry of its own (never prom-client's global one). Asking twice for the same name gives the same metric, so two
 * parts may share one; asking with another type or other labels is refused.
 */
export interface Metrics {
  /** Ends in `_total`. */
  counter<L extends string = never>(name: string, help: string, labels?: readonly L[]): Counter<L>;
  /** Ends in a base unit or a counted noun: `_bytes`, `_seconds`, `_ratio`, `_messages`. */
  gauge<L extends string = never>(name: string, help: string, labels?: readonly L[]): Gauge<L>;
  /** A gauge read only when scraped: for sizes that something else already knows. */
  gaugeOf(name: string, help: string, read: () => number): void;
  histogram<L extends string = never>(
    name: string,
    help: string,
    options?: HistogramOptions<L>,
  ): Histogram<L>;
  /** The Prometheus text exposition. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** Powers of two and a half from 0.5 ms to 30 s, for durations in seconds. */
export const secondsBuckets: readonly number[] = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];

const namePattern = /^weir(_[a-z][a-z0-9]*){2,}$/;
const baseUnits = new Set(['seconds', 'bytes', 'ratio', 'info', 'state', 'celsius', 'usd']);
const scaledUnits = new Set(
  (
    'ms us ns millis milliseconds microseconds nanoseconds minutes hours days ' +
    'kb mb gb kib mib gib kilobytes megabytes gigabytes percent pct'
  ).split(' '),
);

type MetricKind = 'counter' | 'gauge' | 'histogram';

interface Registered<M> {
  readonly metric: M;
  readonly labels: string;
}

export interface MetricsConfig {
  /** Process metrics (CPU, memory, event loop delay, GC) under their usual names. Default true. */
  readonly processMetrics?: boolean;
}

export function createMetrics(config: MetricsConfig = {}): Metrics {
  const registry = new Registry();
  const kinds = new Map<string, MetricKind>();
  const counters = new Map<string, Registered<Counter>>();
  const gauges = new Map<string, Registered<Gauge>>();
  const histograms = new Map<string, Registered<Histogram>>();
  const readers = new Map<string, () => number>();
  if (config.processMetrics !== false) collectDefaultMetrics({ register: registry });

  const obtain = <M>(
    known: Map<string, Registered<M>>,
    kind: MetricKind,
    name: string,
    labelNames: readonly string[],
    create: () => M,
  ): M => {
    const labels = labelNames.join(',');
    const existing = known.get(name);
    if (existing !== undefined && existing.labels === labels) return existing.metric;
    if (kinds.has(name)) {
      throw new WeirError(
        'PLATFORM_METRIC_INVALID',
        `metric ${name} already exists with another type or other labels`,
      );
    }
    const fault = metricNameFault(kind, name);
    if (fault !== undefined) throw new WeirError('PLATFORM_METRIC_INVALID', `metric ${name}: ${fault}`);
    const metric = create();
    kinds.set(name, kind);
    known.set(name, { metric, labels });
    return metric;
  };

  return {
    counter: (name, help, labels = []) =>
      obtain(
        counters,
        'counter',
        name,
        labels,
        () => new Counter({ name, help, labelNames: labels, registers: [registry] }),
      ),
    gauge: (name, help, labels = []) =>
      obtain(
        gauges,
        'gauge',
        name,
        labels,
        () => new Gauge({ name, help, labelNames: labels, registers: [registry] }),
      ),
    gaugeOf: (name, help, read) => {
      readers.set(name, read);
      obtain(gauges, 'gauge', name, [], () => {
        const gauge: Gauge = new Gauge({
          name,
          help,
          registers: [registry],
          // Reads the newest reader, so a part that was stopped and started again is measured as it is now.
          collect: () => gauge.set(readers.get(name)?.() ?? 0),
        });
        return gauge;
      });
    },
    histogram: (name, help, { labels = [], buckets = secondsBuckets } = {}) =>
      obtain(
        histograms,
        'histogram',
        name,
        labels,
        () => new Histogram({ name, help, labelNames: labels, buckets: [...buckets], registers: [registry] }),
      ),
    text: async () => await registry.metrics(),
    contentType: registry.contentType,
  };
}

/** What is wrong with a metric name, or undefined when it follows the rules. */
export function metricNameFault(kind: MetricKind, name: string): string | undefined {
  if (!namePattern.test(name)) return 'use weir_<folder>_<what>_<unit> in lower case';
  const words = name.split('_');
  const scaled = words.find((word) => scaledUnits.has(word));
  if (scaled !== undefined) return `"${scaled}" is a scaled unit; use seconds, bytes or ratio`;
  const last = words.at(-1) ?? '';
  if (kind === 'counter') return last === 'total' ? undefined : 'a counter ends in _total';
  if (last === 'total') return 'only a counter ends in _total';
  if (baseUnits.has(last) || last.endsWith('s')) return undefined;
  return `"${last}" is no unit; end in a base unit (${[...baseUnits].join(', ')}) or a counted noun in plural`;
}
