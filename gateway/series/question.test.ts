import { describe, expect, test } from 'vitest';
import { kpiCatalogue } from '../../platform/contracts/kpi-catalogue.ts';
import type { Dimension, KpiDefinition } from '../../platform/contracts/kpi.ts';
import { dimsOf, readCuts, readWindow, refuseUnknownCuts, sourceOf, type Filters } from './question.ts';

const [revenue, byStream] = ['total_revenue', 'revenue_by_stream'].map(find);

function find(key: string): KpiDefinition {
  const found = kpiCatalogue.find((kpi) => kpi.key === key);
  if (found === undefined) throw new RangeError(key);
  return found;
}

describe('what a KPI does not have', () => {
  const ask =
    (key: string, by: readonly Dimension[], filters: Filters = {}) =>
    () =>
      refuseUnknownCuts({ definition: find(key), by, filters });

  test('as a cut or a filter is refused, naming what it has', () => {
    expect(ask('rpm', ['stream'])).toThrow(
      'rpm cannot be cut by stream, nor narrowed to one; it can by channel, content, country.',
    );
    expect(ask('availability', [], { channel: 'a' })).toThrow('it is of the whole tenant');
    expect(ask('market_share', ['country'], { channel: 'a' })).toThrow(/cut by channel/);
    expect(ask('rpm', ['channel', 'country'], { content: 'v' })).not.toThrow();
    expect(ask('revenue_by_stream', ['stream'])).not.toThrow();
  });

  test('as a window is refused, naming those it has; without one it is a window that it has', () => {
    expect(() => readWindow('1d', find('revenue_growth_rate'))).toThrow(/"window" must be 1mo/);
    expect(readWindow(undefined, find('revenue_growth_rate'))).toBe('1mo');
    expect(readWindow(undefined, find('mrr'))).toBe('1d');
    expect(readWindow(undefined, find('views'))).toBe('1h');
    expect(readWindow('10s', find('views'))).toBe('10s');
  });
});

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
