import { describe, expect, test } from 'vitest';
import { kpiCatalogue } from '../../platform/contracts/kpi-catalogue.ts';
import type { KpiDefinition } from '../../platform/contracts/kpi.ts';
import { dimsOf, readCuts, sourceOf } from './question.ts';

const [revenue, byStream] = ['total_revenue', 'revenue_by_stream'].map(find);

function find(key: string): KpiDefinition {
  const found = kpiCatalogue.find((kpi) => kpi.key === key);
  if (found === undefined) throw new RangeError(key);
  return found;
}

describe('cuts', () => {
  test.each([
    [undefined, revenue, []],
    ['', revenue, []],
    ['tenant', revenue, []],
    ['total', revenue, []],
    ['channel', revenue, ['channel']],
    [' country , channel,channel', revenue, ['channel', 'country']],
    [undefined, byStream, ['stream']],
    ['channel', byStream, ['channel', 'stream']],
  ] as const)('%j of %o', (text, kpi, cuts) => {
    expect(readCuts(text, kpi ?? find(''))).toEqual(cuts);
  });

  test('of what is no dimension are refused', () => {
    expect(() => readCuts('channel,planet', find('views'))).toThrow(/channel, content, country, stream/);
  });
});

describe('the source of an answer', () => {
  test.each([
    [
      { by: [], filters: {}, window: '10s' },
      { kind: 'rollup', rollup: 'total', dim: '' },
    ],
    [
      { by: ['channel'], filters: {}, window: '1m' },
      { kind: 'rollup', rollup: 'channel', dim: undefined },
    ],
    [
      { by: [], filters: { channel: 'a' }, window: '1m' },
      { kind: 'rollup', rollup: 'channel', dim: 'a' },
    ],
    [
      { by: ['channel'], filters: { channel: 'a' }, window: '1d' },
      { kind: 'rollup', rollup: 'channel', dim: 'a' },
    ],
    [
      { by: ['content'], filters: {}, window: '1h' },
      { kind: 'rollup', rollup: 'content', dim: undefined },
    ],
    [{ by: ['content'], filters: {}, window: '1m' }, { kind: 'events' }],
    [{ by: ['channel', 'country'], filters: {}, window: '1d' }, { kind: 'events' }],
    [{ by: ['channel'], filters: { country: 'DE' }, window: '1d' }, { kind: 'events' }],
  ] as const)('case %#', (question, source) => {
    expect(sourceOf(question)).toEqual(source);
  });
});

test('dims tell filters and cuts, the cut where both name one', () => {
  expect(dimsOf({ country: 'DE', channel: 'a' }, { channel: 'b' })).toEqual({ channel: 'b', country: 'DE' });
});
