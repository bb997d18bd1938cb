import { expect, test } from 'vitest';
import { createFormatter } from '../data/format.ts';
import { promiseWords } from './forecast-words.ts';

const format = createFormatter({ locale: 'en', timeZone: 'UTC', currency: 'USD' });

test.each([
  [0.95, 'The 92.0% once promised are kept, measured over 30 days on this series: 95.0%.'],
  [0.92, 'The 92.0% once promised are kept, measured over 30 days on this series: 92.0%.'],
  [0.857, 'The 92.0% once promised are missed by 6.3 points, measured over 30 days on this series: 85.7%.'],
])('the promise of 92%% against %d', (accuracy, words) => {
  expect(promiseWords(accuracy, '30 days', format)).toBe(words);
});
