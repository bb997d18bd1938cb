import { expect, test } from 'vitest';
import { isCommitDue } from './commit-policy.ts';

const rule = { commitIntervalMs: 500, targetCommitRows: 20_000 };

test.each([
  { rows: 1, ageMs: 499, isDue: false, why: 'an interval is the least wait' },
  { rows: 1, ageMs: 500, isDue: true, why: 'few rows go after one interval' },
  { rows: 0, ageMs: 500, isDue: true, why: 'a range of duplicates alone moves the position too' },
  { rows: 1_999, ageMs: 500, isDue: true, why: 'below a tenth of the target' },
  { rows: 2_000, ageMs: 500, isDue: false, why: 'from a tenth on it waits for more' },
  { rows: 2_000, ageMs: 1_499, isDue: false, why: 'up to three intervals' },
  { rows: 2_000, ageMs: 1_500, isDue: true, why: 'and no longer' },
  { rows: 20_000, ageMs: 500, isDue: true, why: 'the target is reached' },
  {
    rows: 20_000,
    ageMs: 499,
    isDue: false,
    why: 'not before an interval even then: the row bound cuts that',
  },
])('$rows rows after $ageMs ms: $isDue, $why', ({ rows, ageMs, isDue }) => {
  expect(isCommitDue({ rows, ageMs }, rule)).toBe(isDue);
});
