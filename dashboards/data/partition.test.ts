import { expect, test } from 'vitest';
import type { SeriesReply, TopReply } from '../../platform/contracts/api.ts';
import type { SeriesArgs, TopArgs } from './kpis-api.ts';
import { loadPartition } from './partition.ts';

const reply = (
  series: readonly { dims: Record<string, string>; values: readonly number[] }[],
): SeriesReply => ({
  key: 'total_revenue',
  unit: 'currency',
  window: '1d',
  watermarkMs: 0,
  series: series.map(({ dims, values }) => ({
    dims,
    points: values.map((value, i) => ({ windowStartMs: i, value, revision: 1 })),
  })),
});
const api = {
  series: async ({ by }: SeriesArgs): Promise<SeriesReply> =>
    by === undefined
      ? reply([{ dims: {}, values: [0.1, 0.2, 1] }])
      : reply([
          { dims: { [by]: 'DE' }, values: [0.1] },
          { dims: { [by]: 'FR' }, values: [0.2, 0.5] },
          { dims: { [by]: '' }, values: [0.5] },
        ]),
  top: async ({ by }: TopArgs): Promise<TopReply> => ({
    kpi: 'total_revenue',
    by,
    unit: 'currency',
    fromMs: 0,
    toMs: 1,
    entries: [{ id: 'c1', title: 'One', value: 1 }],
  }),
};
const args = { window: '1d', fromMs: 0, toMs: 1, limit: 10, filters: {} } as const;

test('few values are added up, what names none among them, and stand beside the whole', async () => {
  const { values, total } = await loadPartition(api, { ...args, dimension: 'country' }, 2, 'en');
  expect(values.map(({ title, value }) => [title, value])).toEqual([
    ['France', 0.7],
    ['No country', 0.5],
    ['Germany', 0.1],
  ]);
  expect(total).toBe(1.3);
});

test('channels come ranked, but are added up when narrowed to something else', async () => {
  const ranked = await loadPartition(api, { ...args, dimension: 'channel' }, 2, 'en');
  expect(ranked.values.map((value) => value.title)).toEqual(['One']);
  const narrowed = await loadPartition(
    api,
    { ...args, dimension: 'channel', filters: { country: 'DE' } },
    2,
    'en',
  );
  expect(narrowed.values.map((value) => value.title)).toEqual(['FR', 'No channel', 'DE']);
});
