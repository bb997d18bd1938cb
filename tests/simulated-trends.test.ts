import { expect, test } from 'vitest';
import { buzzOf, type BuzzTopic } from '../ingest/simulate/buzz.ts';
import { createSimulator } from '../ingest/simulate/simulator.ts';
import { trendEventTypes } from '../streams/trends/observe.ts';
import { createTrendState, defaultLimits } from '../streams/trends/state.ts';
import { advanceTrends, applyTrendEvent } from '../streams/trends/step.ts';
import { phrase } from '../streams/trends/words.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const startMs = Date.UTC(2026, 4, 1);
const days = 12;

/** Topics of the simulation that caught on, with the hour in which each was first named among the first twenty before its end. */
function named(): readonly { readonly topic: BuzzTopic; readonly namedMs: number | undefined }[] {
  const simulator = createSimulator({ seed: 'weir', ratePerSecond: 100, startMs });
  const state = createTrendState({
    ...defaultLimits,
    evaluateHistoryEveryMs: HOUR_MS,
    evaluateEveryMs: HOUR_MS,
  });
  const firstMs = new Map<string, number[]>();
  for (const slot of simulator.history(startMs, startMs + days * DAY_MS)) {
    for (const event of slot) {
      if (!trendEventTypes.includes(event.type)) continue;
      const eventTimeMs = Date.parse(event.time);
      const { channel_id: channel, content_id: content } = event.data;
      applyTrendEvent(state, {
        tenant: 'demo',
        source: event.source,
        id: event.id,
        type: event.type,
        eventTimeMs,
        receivedAtMs: eventTimeMs,
        channel: typeof channel === 'string' ? channel : '',
        content: typeof content === 'string' ? content : '',
        data: event.data,
      });
      const trends = state.tenants.get('demo');
      if (trends === undefined) continue;
      advanceTrends(state, trends, eventTimeMs);
      for (const { atMs, trends: found } of trends.pending.evaluations)
        for (const { key, members } of found.slice(0, 20))
          for (const each of [key, ...members]) firstMs.set(each, [...(firstMs.get(each) ?? []), atMs]);
      trends.pending.evaluations.length = 0;
    }
  }
  const { groundTruth } = simulator;
  const caughtOn = groundTruth
    // The first three days teach what is usual; what begins in the last has no time to be seen.
    .topics(startMs + 3 * DAY_MS, startMs + (days - 1) * DAY_MS)
    .filter((topic) => buzzOf(topic, topic.peakMs) > 0.5)
    // What comes up again while it is still talked about is nothing new.
    .filter(
      ({ topic, onsetMs }) =>
        !groundTruth.topics(startMs - 10 * DAY_MS, onsetMs).some((before) => before.topic === topic),
    );
  return caughtOn.map((topic) => {
    const key = `topic:${phrase(topic.topic)?.key ?? ''}`;
    const namedMs = (firstMs.get(key) ?? []).find((atMs) => atMs >= topic.onsetMs);
    return { topic, namedMs };
  });
}

test('topics that catch on in the simulated world are named, most of them before their peak', () => {
  const found = named();
  expect(found.length).toBeGreaterThanOrEqual(4);
  const seen = found.filter(({ namedMs }) => namedMs !== undefined);
  expect(seen.length / found.length).toBeGreaterThanOrEqual(0.8);
  const early = seen.filter(({ topic, namedMs = 0 }) => namedMs < topic.peakMs);
  expect(early.length / found.length).toBeGreaterThanOrEqual(0.6);
});
