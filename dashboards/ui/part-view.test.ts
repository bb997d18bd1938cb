import { expect, test } from 'vitest';
import { defaultView } from '../data/view-state.ts';
import { viewOnTheWay } from './part-view.ts';

const month = { range: { kind: 'preset', preset: '30d' }, grain: 'auto' };

test('from a look at a day, what asks about weeks opens on a month', () => {
  expect(viewOnTheWay('/revenue/seasonality', defaultView)).toStrictEqual(month);
});

test.each([
  ['the part asks about no more than a day', '/revenue', defaultView],
  [
    'the view is long already',
    '/revenue/cohorts',
    { ...defaultView, range: { kind: 'preset' as const, preset: '90d' as const } },
  ],
  [
    'days were chosen',
    '/revenue/cohorts',
    { ...defaultView, range: { kind: 'dates' as const, from: '2026-11-01', to: '2026-11-02' } },
  ],
])('nothing changes where %s', (_where, path, view) => {
  expect(viewOnTheWay(path, view)).toStrictEqual({});
});
