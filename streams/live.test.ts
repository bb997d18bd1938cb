import { expect, test } from 'vitest';
import type { LivePart, PartUpdate } from '../platform/contracts/live.ts';
import { emptyState } from '../platform/kpi/measure-state.ts';
import { encodeLivePart } from './live.ts';

const update = (i: number): PartUpdate => ({
  rollup: 'total',
  dim: '',
  window: '10s',
  windowStartMs: i * 10_000,
  revision: 0,
  state: { ...emptyState, sums: { views: i }, uniques: { viewers: 'A'.repeat(2_740) } },
});
const part = (count: number): LivePart => ({
  tenant: 'main',
  part: 0,
  seq: 7,
  watermarkMs: 5,
  updates: Array.from({ length: count }, (_, i) => update(i)),
});

test.each([0, 1, 150, 2_000])(
  '%d changed windows fit into messages, each window once and in order',
  (count) => {
    const sent = encodeLivePart(part(count));
    expect(Math.max(...sent.map((bytes) => bytes.length))).toBeLessThanOrEqual(512 * 1_024);
    const read: LivePart[] = sent.map((bytes) => JSON.parse(new TextDecoder().decode(bytes)));
    expect(read.flatMap((each) => each.updates.map((one) => one.windowStartMs))).toEqual(
      part(count).updates.map((one) => one.windowStartMs),
    );
    expect(read.every((each) => each.seq === 7 && each.tenant === 'main' && each.watermarkMs === 5)).toBe(
      true,
    );
  },
);
