import { describe, expect, it } from 'vitest';
import { intervalWords } from '../../platform/contracts/interval-words.ts';
import { addInterval, intervalOf, monthlyMinor } from './calendar.ts';

describe('a month of a charge', () => {
  it.each([
    [12_000, 'year', 1, 1_000],
    [12_000, 'annual', 1, 1_000],
    [3_000, 'quarter', 1, 1_000],
    [3_000, 'month', 3, 1_000],
    [24_000, 'year', 2, 1_000],
    // Week × 365.25 / 7 / 12, day × 365.25 / 12 (anchors §2.2).
    [700, 'week', 1, 3_044],
    [100, 'day', 1, 3_044],
    [999, undefined, 1, 999],
  ])('%d a %s × %d is %d', (minor, word, count, expected) => {
    const interval = intervalOf(word, count);
    expect(interval === undefined ? undefined : monthlyMinor(minor, interval)).toBe(expected);
  });

  it('knows every word the door takes; all but those of single charges recur', () => {
    const single = intervalWords.filter((word) => intervalOf(word, 1) === undefined);
    expect(single).toEqual(['one_time', 'once']);
  });

  it('has no charge that does not recur', () => {
    expect(intervalOf('one_time', 1)).toBeUndefined();
  });
});

describe('an interval later', () => {
  it.each([
    ['2025-01-31T10:00:00Z', 'month', 1, '2025-02-28T10:00:00Z'],
    ['2024-01-31T10:00:00Z', 'month', 1, '2024-02-29T10:00:00Z'],
    ['2024-02-29T00:00:00Z', 'year', 1, '2025-02-28T00:00:00Z'],
    ['2025-11-30T00:00:00Z', 'quarter', 1, '2026-02-28T00:00:00Z'],
    ['2025-12-31T23:59:59Z', 'month', 1, '2026-01-31T23:59:59Z'],
    ['2025-03-30T00:30:00Z', 'week', 2, '2025-04-13T00:30:00Z'],
  ])('%s and a %s × %d is %s', (at, word, count, expected) => {
    const interval = intervalOf(word, count);
    if (interval === undefined) throw new RangeError(word);
    expect(addInterval(Date.parse(at), interval)).toBe(Date.parse(expected));
  });
});
