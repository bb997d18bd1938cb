import { expect, test } from 'vitest';
import { buzzOf, createBuzz, type BuzzTopic } from '../ingest/simulate/buzz.ts';
import { createTrendState, defaultLimits } from '../streams/trends/state.ts';
import { advanceTrends, applyTrendEvent } from '../streams/trends/step.ts';
import { phrase } from '../streams/trends/words.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const startMs = Date.UTC(2026, 4, 1);
const days = 12;
const everyMs = 2 * HOUR_MS;

/** Topics of the simulation that caught on, and when each was first named among the first twenty after it came up. */
function named(): readonly { readonly topic: BuzzTopic; readonly namedMs: number | undefined }[] {
  const buzz = createBuzz({ seed: 'weir', ratePerSecond: 100 });
  const limits = { ...defaultLimits, evaluateHistoryEveryMs: everyMs, evaluateEveryMs: everyMs };
  const state = createTrendState(limits);
  const namedAt = new Map<string, number[]>();
  for (const [index, { type, atMs, data }] of buzz.events(startMs, startMs + days * DAY_MS).entries()) {
    const { content_id: content } = data;
    applyTrendEvent(state, {
      tenant: 'demo',
      source: 'simulator',
      id: `${index}`,
      type,
      eventTimeMs: atMs,
      receivedAtMs: atMs,
      channel: '',
      content: typeof content === 'string' ? content : '',
      data,
    });
    const trends = state.tenants.get('demo');
    if (trends === undefined) continue;
    advanceTrends(state, trends, atMs);
    for (const evaluation of trends.pending.evaluations.splice(0))
      for (const { key, members } of evaluation.trends.slice(0, 20))
        for (const each of [key, ...members])
          namedAt.set(each, [...(namedAt.get(each) ?? []), evaluation.atMs]);
  }
  return (
    buzz
      // The first three days teach what is usual; what begins in the last has no time to be seen.
      .topics(startMs + 3 * DAY_MS, startMs + (days - 1) * DAY_MS)
      .filter((topic) => buzzOf(topic, topic.peakMs) > 0.5)
      // What comes up again while it is still talked about is nothing new.
      .filter(
        ({ topic, onsetMs }) =>
          !buzz.topics(startMs - 10 * DAY_MS, onsetMs).some((before) => before.topic === topic),
      )
      .map((topic) => ({
        topic,
        namedMs: (namedAt.get(`topic:${phrase(topic.topic)?.key ?? ''}`) ?? []).find(
          (atMs) => atMs >= topic.onsetMs,
        ),
      }))
  );
}

test('topics that catch on in the simulated world are named, most of them before their peak', () => {
  const found = named();
  expect(found.length).toBeGreaterThanOrEqual(4);
  const seen = found.filter(({ namedMs }) => namedMs !== undefined);
  expect(seen.length / found.length).toBeGreaterThanOrEqual(0.8);
  const early = seen.filter(({ topic, namedMs = 0 }) => namedMs < topic.peakMs);
  expect(early.length / found.length).toBeGreaterThanOrEqual(0.6);
});
