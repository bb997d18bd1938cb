import { Value } from '@sinclair/typebox/value';
import { expect, test } from 'vitest';
import { Signal } from '../../platform/contracts/signal.ts';
import type { Trend, TrendStage } from '../../platform/contracts/trend.ts';
import { HOUR_MS } from './activity.ts';
import { beginEpisode } from './episode.ts';
import { evaluateTrends } from './evaluate.ts';
import { observe } from './observe.ts';
import { signalsOf } from './signals.ts';
import { createTenantTrends, defaultLimits } from './state.ts';
import { START_MS, worldEvents } from './testing/events.ts';
import { measureOf } from './testing/measures.ts';

const KEY = 'topic:solar sail';

/** A trend of a small world, to be told with another health and stage. */
function someTrend(): Trend {
  const trends = createTenantTrends('main', defaultLimits);
  const events = worldEvents(1, 3, 1);
  for (const event of events) observe(trends, event);
  const found = evaluateTrends(trends, START_MS + 60 * HOUR_MS, 300).trends.find(({ key }) => key === KEY);
  if (found === undefined) throw new Error('not named');
  return found;
}

test('health is told when it goes above .8 or below .3, and ends when it comes back or the trend is over', () => {
  const trend = someTrend();
  const episode = { ...beginEpisode(measureOf({ key: KEY, label: 'Solar sail' }), START_MS) };
  const episodes = new Map([[KEY, episode]]);
  let hour = 0;
  const told = (health: number, stage: TrendStage = 'rising', isListed = true): unknown[] => {
    episode.stage = stage;
    const evaluation = {
      atMs: START_MS + 100 * HOUR_MS + hour++ * HOUR_MS,
      version: hour,
      trends: isListed ? [{ ...trend, health, stage, rank: 1 }] : [],
      changes: [],
    };
    const signals = signalsOf('main', evaluation, episodes);
    for (const signal of signals) expect([...Value.Errors(Signal, signal)]).toEqual([]);
    return signals
      .filter(({ id }) => id.includes('/health/'))
      .map(({ id, state, revision, title, isGood }) => [
        id.split('/health/')[1],
        state,
        revision,
        title.split(' (')[0],
        isGood,
      ]);
  };
  // The first evaluation tells the trend itself; its health is told of trends that have been told.
  expect(told(0.9)).toEqual([]);
  expect(told(0.9)).toEqual([['0', 'firing', 1, 'Solar sail is going up', true]]);
  expect(told(0.75)).toEqual([]);
  expect(told(0.6)).toEqual([['0', 'resolved', 2, 'Solar sail holds again', false]]);
  expect(told(0.2)).toEqual([['2', 'firing', 1, 'Solar sail is going down', false]]);
  expect(told(0.35)).toEqual([]);
  expect(told(0.2, 'dead', false)).toEqual([['2', 'resolved', 2, 'Solar sail is over', false]]);
  expect(told(0.2, 'dead')).toEqual([]);
});

test('a trend that wavers is told five times at most, and never left open', () => {
  const trend = someTrend();
  const episode = beginEpisode(measureOf({ key: KEY, label: 'Solar sail' }), START_MS);
  const episodes = new Map([[KEY, episode]]);
  const states: string[] = [];
  for (let i = 0; i < 40; i++) {
    const evaluation = {
      atMs: START_MS + (100 + i) * HOUR_MS,
      version: i,
      trends: [{ ...trend, health: i % 2 === 0 ? 0.9 : 0.5, stage: 'rising' as const, rank: 1 }],
      changes: [],
    };
    for (const signal of signalsOf('main', evaluation, episodes))
      if (signal.id.includes('/health/')) states.push(signal.state);
  }
  expect(states).toEqual(['firing', 'resolved', 'firing', 'resolved', 'firing', 'resolved']);
});
