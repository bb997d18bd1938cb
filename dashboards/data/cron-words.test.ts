import { expect, test } from 'vitest';
import { cronWords } from './cron-words.ts';

test.each([
  ['0 6 * * *', 'every day at 06:00'],
  ['30 6 * * *', 'every day at 06:30'],
  ['0 * * * *', 'every hour'],
  ['10 * * * *', 'every hour, 10 minutes past'],
  ['1 * * * *', 'every hour, 1 minute past'],
  ['*/15 * * * *', 'every 15 minutes'],
  ['0 */12 * * *', 'every 12 hours'],
  ['0 5 * * 1', 'every Monday at 05:00'],
  ['0 5 * * 7', 'every Sunday at 05:00'],
  ['0 7 * * 1-5', 'Monday to Friday at 07:00'],
  ['0 7 1 * *', 'on day 1 of every month at 07:00'],
])('%s is %s', (cron, words) => {
  expect(cronWords(cron)).toBe(words);
});

test.each([
  ['steps that do not fill the hour', '*/7 * * * *'],
  ['a month of its own', '0 6 * 1 *'],
  ['a day and a weekday, either of which runs it', '0 6 1 * 1'],
  ['lists', '0 6,18 * * *'],
  ['seconds', '0 0 6 * * *'],
  ['a minute there is not', '61 6 * * *'],
  ['nothing', ''],
])('%s stay as they are', (_what, cron) => {
  expect(cronWords(cron)).toBeUndefined();
});
