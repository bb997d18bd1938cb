import { expect, test } from 'vitest';
import type { TrendPoint } from '../../platform/contracts/trend.ts';
import { attentionSpec } from './attention-spec.ts';
import { velocityWords } from './trend-figures.tsx';

const HOUR_MS = 3_600_000;
const point = (atMs: number, attention: number): TrendPoint => ({
  atMs,
  attention,
  rank: 1,
  stage: 'rising',
  score: 0.5,
  views24h: 0,
  mentions24h: 0,
  health: 0.5,
});

test('a point an hour is labelled by the hour, a point a day by the day', () => {
  const hourly = attentionSpec([point(HOUR_MS * 10 + 900_000, 2), point(HOUR_MS * 11, 4)]);
  expect(hourly).toMatchObject({ grain: '1h', starts: [HOUR_MS * 10, HOUR_MS * 11], endMs: HOUR_MS * 12 });
  expect(hourly.series[0]?.values).toEqual([0.02, 0.04]);
  expect(attentionSpec([point(0, 1), point(24 * HOUR_MS, 1), point(48 * HOUR_MS, 2)]).grain).toBe('1d');
  expect(attentionSpec([point(0, 1)]).grain).toBe('1h');
});

test('velocity is said as the time to double or to halve', () => {
  expect(velocityWords(1)).toBe('doubles in 1 d');
  expect(velocityWords(-2)).toBe('halves in 12 h');
  expect(velocityWords(0.01)).toBe('steady');
});
