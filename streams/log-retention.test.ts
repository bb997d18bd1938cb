import { describe, expect, it } from 'vitest';
import { isFilling, purgeBelowSeq, type LogUsage } from './log-retention.ts';

const usage = (change: Partial<LogUsage>): LogUsage => ({
  firstSeq: 1,
  lastSeq: 100_000,
  messages: 100_000,
  bytes: 100_000 * 1_000,
  maxBytes: -1,
  ...change,
});

describe('what the log lets go of', () => {
  it.each([
    ['an empty log', usage({ messages: 0, bytes: 0, lastSeq: 0 }), 1, 0],
    ['nothing is processed', usage({}), 1, 0],
    ['fewer processed than are kept', usage({}), 40_000, 0],
    ['more processed than are kept', usage({}), 90_001, 40_001],
    ['everything processed, large limit', usage({ maxBytes: 1e9 }), 100_001, 50_001],
    // Half the limit is 10 MB: 5 MB of it are still needed, 5 MB of processed messages stay.
    ['a small limit', usage({ maxBytes: 20_000_000 }), 95_001, 90_001],
    ['a limit that what is needed fills alone', usage({ maxBytes: 20_000_000 }), 50_000, 50_000],
    ['already purged to there', usage({ firstSeq: 90_001, messages: 10_000, bytes: 1e7 }), 90_001, 0],
  ])('%s', (_, log, neededSeq, below) => {
    expect(purgeBelowSeq(log, neededSeq)).toBe(below);
  });

  it('never deletes what is needed', () => {
    for (const maxBytes of [-1, 0, 1_000, 1e6, 1e9])
      for (const neededSeq of [1, 2, 500, 100_001])
        expect(purgeBelowSeq(usage({ maxBytes }), neededSeq)).toBeLessThanOrEqual(neededSeq);
  });

  it('calls for snapshots from half its limit on', () => {
    expect(isFilling(usage({ maxBytes: 200_000_001 }))).toBe(false);
    expect(isFilling(usage({ maxBytes: 199_999_999 }))).toBe(true);
    expect(isFilling(usage({}))).toBe(false);
  });
});
