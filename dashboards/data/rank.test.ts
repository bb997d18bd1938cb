import { expect, test } from 'vitest';
import { rank } from './rank.ts';

const names = ['Total revenue', 'Revenue by stream', 'Views', 'Unique viewers', 'profit_margin'];
const find = (text: string) => rank(names, text, (name) => name);

test.each([
  ['', names],
  ['rev', ['Revenue by stream', 'Total revenue']],
  ['view', ['Views', 'Unique viewers']],
  ['margin', ['profit_margin']],
  ['stream rev', ['Revenue by stream']],
  ['nothing', []],
])('%j finds %j', (text, expected) => {
  expect(find(text)).toEqual(expected);
});
