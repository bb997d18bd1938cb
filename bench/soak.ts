import { childOf, residentMiB } from './child.ts';
import { drained, load, metricsText, withEngine } from './engine.ts';
import { systemClock } from '../platform/time/clock.ts';

const SAMPLE_EVERY_MS = 15_000;

interface Sample {
  readonly minute: number;
  readonly engineMiB: number;
  readonly natsMiB: number;
  readonly pendingMessages: number;
  /** JavaScript heaps of both threads, and the buffers outside of them. */
  readonly heapMiB: number;
  readonly bufferMiB: number;
}

export interface SoakResult {
  readonly minutes: number;
  readonly eventsPerSecond: number;
  readonly acknowledged: number;
  readonly failures: number;
  readonly samples: readonly Sample[];
  /** Least-squares slope over the second half, MiB an hour. */
  readonly growthMiBPerHour: number;
  readonly mostPendingMessages: number;
}

/** A steady load for `minutes`: memory should be flat once windows and identities are full, and nothing should pile up. */
export async function measureSoak(
  minutes: number,
  eventsPerSecond: number,
  tell: (line: string) => void,
): Promise<SoakResult> {
  return withEngine({}, async ({ current }) => {
    const samples: Sample[] = [];
    const startedMs = performance.now();
    const sample = async (): Promise<void> => {
      const text = await metricsText(current.port);
      const nats = childOf(current.pid, 'nats-server');
      const made: Sample = {
        minute: (performance.now() - startedMs) / 60_000,
        engineMiB: residentMiB(current.pid),
        natsMiB: nats === undefined ? 0 : residentMiB(nats),
        pendingMessages: sumOf(text, 'weir_streams_pending_messages'),
        heapMiB:
          (sumOf(text, 'nodejs_heap_size_used_bytes') + sumOf(text, 'weir_streams_heap_used_bytes')) /
          1024 ** 2,
        bufferMiB:
          (sumOf(text, 'nodejs_external_memory_bytes') + sumOf(text, 'weir_streams_external_bytes')) /
          1024 ** 2,
      };
      samples.push(made);
      tell(
        `  ${made.minute.toFixed(1)} min: engine ${made.engineMiB.toFixed(0)} MiB (heaps ${made.heapMiB.toFixed(0)}, buffers ${made.bufferMiB.toFixed(0)}), nats ${made.natsMiB.toFixed(0)} MiB, ${made.pendingMessages} messages behind`,
      );
    };
    const sampler = systemClock.every(SAMPLE_EVERY_MS, () => void sample());
    const result = await load(
      current.port,
      '/v1/events',
      minutes * 60,
      { connections: 8, eventsPerRequest: 100 },
      { eventsPerSecond },
    );
    sampler.stop();
    await drained(current.port);
    return {
      minutes,
      eventsPerSecond: Math.round(result.acknowledgedEvents / result.seconds),
      acknowledged: result.acknowledgedEvents,
      failures: result.failures,
      samples,
      growthMiBPerHour: slope(samples.slice(Math.floor(samples.length / 2))) * 60,
      mostPendingMessages: Math.max(0, ...samples.map((each) => each.pendingMessages)),
    };
  });
}

/** The soak's figures as a section of docs/benchmarks.md. */
export function soakReport(r: SoakResult): string {
  const shown = r.samples.filter((_, i) => i % Math.max(1, Math.floor(r.samples.length / 10)) === 0);
  return `${r.minutes} minutes at ${r.eventsPerSecond} events/s: ${r.acknowledged} acknowledged, ${r.failures} requests failed, at most ${r.mostPendingMessages} messages behind.
Memory of the engine over the second half: ${r.growthMiBPerHour >= 0 ? '+' : ''}${r.growthMiBPerHour.toFixed(0)} MiB an hour.

| minute | engine MiB | of it JavaScript heaps and buffers | nats-server MiB | messages behind |
|---|---|---|---|---|
${shown.map((s) => `| ${s.minute.toFixed(1)} | ${s.engineMiB.toFixed(0)} | ${(s.heapMiB + s.bufferMiB).toFixed(0)} | ${s.natsMiB.toFixed(0)} | ${s.pendingMessages} |`).join('\n')}
`;
}

/** Least-squares slope of the engine's memory, MiB a minute. */
function slope(samples: readonly Sample[]): number {
  const n = samples.length;
  if (n < 2) return 0;
  const meanX = samples.reduce((sum, s) => sum + s.minute, 0) / n;
  const meanY = samples.reduce((sum, s) => sum + s.engineMiB, 0) / n;
  const covariance = samples.reduce((sum, s) => sum + (s.minute - meanX) * (s.engineMiB - meanY), 0);
  const variance = samples.reduce((sum, s) => sum + (s.minute - meanX) ** 2, 0);
  return variance === 0 ? 0 : covariance / variance;
}

function sumOf(text: string, metric: string): number {
  let sum = 0;
  for (const match of text.matchAll(new RegExp(`^${metric}(?:\\{[^}]*\\})? (\\S+)`, 'gm')))
    sum += Number(match[1]);
  return sum;
}
