import { expect, test } from 'vitest';
import { createFormatter } from '../data/format.ts';
import { factWords } from './fact-words.ts';

const format = createFormatter({ locale: 'en-US', currency: 'USD', timeZone: 'UTC' });

test.each([
  ['observed', 5_120.4, 'currency', 'observed $5,120.40'],
  ['expected', 0.0312, 'ratio', 'expected 3.12%'],
  ['observed', 12.34567, undefined, 'observed 12.35'],
  ['score', 0.3917, undefined, 'score 39.2%'],
  ['score', 3.2, undefined, 'score 3.2'],
  ['attention', 9.882, undefined, "9.9% of a day's attention"],
  ['velocity', 0.58071, undefined, '0.581 doublings a day'],
  ['views24h', 154_200, undefined, 'views in 24 h 154,200'],
  ['mentions24h', 11.94, undefined, 'mentions in 24 h 12'],
  ['peak_score', 7.00001, undefined, 'peak score 7'],
  ['reason', 'value', 'currency', 'reason value'],
] as const)('%s %s in %s is said as people say it', (name, value, unit, words) => {
  expect(factWords({ name, value }, unit, format)).toBe(words);
});
