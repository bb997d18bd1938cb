import { describe, expect, test } from 'vitest';
import { addActivity, createActivity, DAY_MS } from './activity.ts';
import { formatsOf } from './formats.ts';
import { adjustmentsOf, saturationOf, sourceVelocity } from './monitor.ts';

describe('the monitor', () => {
  const day = 20_000;
  const activity = createActivity(1);
  addActivity(activity, 0, (day - 2) * 24 + 3, { mentions: 2, source: 'social' });
  addActivity(activity, 0, (day - 1) * 24 + 3, { mentions: 6, source: 'social' });
  addActivity(activity, 0, day * 24 + 3, { mentions: 15, source: 'social' });

  test('social velocity compares the day so far, extrapolated, with the day before; early in a day the two before', () => {
    // Half a day: 15 are 30 a day, (30 + 2) ÷ (6 + 2) = 4, two doublings.
    expect(sourceVelocity(activity, 0, 'social', (day + 0.5) * DAY_MS)).toBeCloseTo(2, 9);
    // (6 + 2) ÷ (2 + 2) = 2, one doubling.
    expect(sourceVelocity(activity, 0, 'social', (day + 0.1) * DAY_MS)).toBeCloseTo(1, 9);
    expect(sourceVelocity(activity, 0, 'search', (day + 0.5) * DAY_MS)).toBeNull();
  });

  test('saturation is what is lost of the best a content got', () => {
    expect(saturationOf(1, 4)).toBe(0.75);
    expect(saturationOf(4, 4)).toBe(0);
    expect(saturationOf(0, 0)).toBe(0);
  });

  test('adjustments name the figure they follow from', () => {
    const calm = { socialVelocity: 0, searchVelocity: 0, saturation: 0, againstExpected: 1 };
    expect(adjustmentsOf({ stage: 'rising' }, calm, 0.5, undefined)).toEqual([]);
    expect(adjustmentsOf({ stage: 'rising' }, { ...calm, againstExpected: 0.4 }, 0.2, 'review')).toEqual([
      'Health is below 30%: start nothing new, let what is planned run out.',
      'Views came to 40% of what was expected: reckon with less.',
      'Best watched of its forms: review.',
    ]);
    expect(
      adjustmentsOf({ stage: 'rising' }, calm, 0.5, undefined, { rated: 12, sentiment: -0.6 })[0],
    ).toContain('against it (-0.6 on average of 12 mentions)');
    expect(adjustmentsOf({ stage: 'rising' }, calm, 0.5, undefined, { rated: 4, sentiment: -1 })).toEqual([]);
    expect(adjustmentsOf({ stage: 'peak' }, { ...calm, searchVelocity: 1 }, 0.5, undefined)[0]).toContain(
      'Searches grow',
    );
  });
});

test('forms of titles by their median views against the median of all; one alone is none', () => {
  const contents = [
    { title: 'How to build a solar sail', views: 900 },
    { title: 'Solar sail tutorial', views: 700 },
    { title: 'Solar sail review', views: 5_000 },
    { title: 'The sail', views: 100 },
    { title: 'A sail again', views: 100 },
  ];
  expect(formatsOf(contents)).toEqual([{ name: 'how-to', contents: 2, viewsAgainstMedian: 1.29 }]);
  expect(formatsOf([])).toEqual([]);
});
