import { expect, it } from 'vitest';
import { featureFrame, featureNames } from '../tenant-forecast/feature-frame.ts';

it('features of one row, by hand', () => {
  // Two weeks of 1..14 on the level of their mean, 7.5; asked for the third day after them.
  const y = Float64Array.from({ length: 14 }, (_, t) => t + 1);
  const at = (v: number): Uint8Array => new Uint8Array(40).fill(v);
  const date = new Int32Array(40).fill(20260209);
  const calendar = { weekday: at(3), monthday: at(9), month: at(2), hour: at(0), date };
  // The day asked for is a promotion that was decided on after the row's origin, and a holiday; its first lag was a promotion.
  const on = (...days: number[]): Uint8Array =>
    Uint8Array.from({ length: 40 }, (_, t) => (days.includes(t) ? 1 : 0));
  const regressors = [
    { name: 'public holiday', isHoliday: true, active: on(16), knownAt: new Int32Array(40) },
    { name: 'promotion', isHoliday: false, active: on(9, 16), knownAt: new Int32Array(40).fill(15) },
  ];
  const rows = [
    { series: 0, end: 14, step: 2 },
    { series: 0, end: 3, step: 0 },
  ];
  const frame = featureFrame([y], rows, { calendar, regressors }, 7);
  expect([...frame.columns].toSorted()).toEqual([...featureNames, 'level', 'row'].toSorted());
  const known = frame.dropNa({ axis: 1 });
  // Three values are no season: that row holds a missing lag and goes.
  expect(known.column('row').values).toEqual([0]);
  const value = (name: string): number => known.column(name).values[0] ?? Number.NaN;
  expect(value('level')).toBeCloseTo(7.5, 12);
  // The day asked for is the 17th value; the same weekday before it are the 10th and the 3rd.
  expect(value('season_lag_1')).toBeCloseTo(10 / 7.5, 12);
  expect(value('season_lag_2')).toBeCloseTo(3 / 7.5, 12);
  expect(value('season_lag_mean')).toBeCloseTo(6.5 / 7.5, 12);
  expect(value('last')).toBeCloseTo(14 / 7.5, 12);
  expect(value('mean_short')).toBeCloseTo(11 / 7.5, 12);
  expect(value('mean_before')).toBeCloseTo(4 / 7.5, 12);
  expect(value('slope')).toBeCloseTo(7 / 7.5, 12);
  expect(value('weekday')).toBe(3);
  expect([value('holiday'), value('planned'), value('lag_holiday'), value('lag_planned')]).toEqual([
    1, 0, 0, 1,
  ]);
  expect(known.addColumn('made', [5]).column('made').values).toEqual([5]);
});

it('prices, and what a channel and its whole did, by hand', () => {
  const at = (v: number): Uint8Array => new Uint8Array(40).fill(v);
  const calendar = { weekday: at(0), monthday: at(1), month: at(1), hour: at(0), date: new Int32Array(40) };
  // The channel has a fifth of the whole, which doubled from the first week to the second; the views of the channel stayed as they were.
  const channel = new Float64Array(14).fill(3);
  const whole = Float64Array.from({ length: 14 }, (_, t) => (t < 7 ? 10 : 20));
  const views = new Float64Array(14).fill(100);
  // The price went up by half on the last day, and what it is after the origin nobody knows.
  const prices = Float64Array.from({ length: 20 }, (_, t) => (t === 13 ? 1.5 : t > 13 ? 9 : 1));
  const beside = [
    { whole: 1, views: 2 },
    { whole: undefined, views: undefined },
    { whole: undefined, views: undefined },
  ];
  const rows = [
    { series: 0, end: 14, step: 0 },
    { series: 1, end: 14, step: 0 },
  ];
  const frame = featureFrame([channel, whole, views], rows, { beside, calendar, prices, regressors: [] }, 7);
  const value = (name: string): readonly number[] => frame.column(name).values;
  const usual = (13 + 1.5) / 14;
  expect(value('price_now')[0]).toBeCloseTo(1.5 / usual, 12);
  expect(value('price_lag')[0]).toBeCloseTo(1 / usual, 12);
  expect(value('channel_share')[0]).toBeCloseTo(3 / 15, 12);
  expect(value('whole_move')[0]).toBeCloseTo(10 / 15, 12);
  expect(value('views_move')[0]).toBe(0);
  expect(['channel_share', 'whole_move', 'views_move'].map((name) => value(name)[1])).toEqual([1, 0, 0]);
});
