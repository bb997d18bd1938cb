import type { WindowSize } from '../../platform/contracts/kpi.ts';
import type { Store } from '../../platform/store/store.ts';
import { createRandom } from '../../platform/time/random.ts';

const columns = [
  'tenant',
  'window',
  'rollup',
  'window_start',
  'dim',
  'part',
  'sums',
  'mins',
  'maxs',
  'uniques',
  'quantiles',
  'revision',
  'version',
] as const;

export interface WindowShape {
  readonly tenant: string;
  readonly window: Extract<WindowSize, '1d' | '1h'>;
  /** Start of the first step and how many. */
  readonly fromMs: number;
  readonly steps: number;
  readonly channels: number;
  /** Multiplies every value. */
  readonly factor?: number;
}

/** KPI windows of a tenant as the processors write them: views and revenue, by channel and stream, with a season and chance. */
export async function storeWindows(store: Store, shape: WindowShape): Promise<void> {
  const { channels, factor = 1, fromMs, steps, tenant, window } = shape;
  const stepMs = window === '1d' ? 86_400_000 : 3_600_000;
  const period = window === '1d' ? 7 : 24;
  const random = createRandom('stored windows');
  const rows: string[] = [];
  const put = (rollup: string, startMs: number, dim: string, views: number, revenue: number): void => {
    rows.push(
      [
        tenant,
        window,
        rollup,
        startMs,
        dim,
        0,
        `{'view_events':${views},'revenue':${revenue}}`,
        '{}',
        '{}',
        '{}',
        '{}',
        1,
        1,
      ].join('\t'),
    );
  };
  for (let t = 0; t < steps; t += 1) {
    const startMs = fromMs + t * stepMs;
    let views = 0;
    let revenue = 0;
    for (let c = 0; c < channels; c += 1) {
      const season = 1 + 0.3 * Math.sin((2 * Math.PI * (t + c)) / period);
      const mine = Math.round(factor * 1_000 * (c + 1) * season * (1 + 0.05 * random.normal()));
      views += mine;
      revenue += 3 * mine;
      put('channel', startMs, `c${c}`, mine, 3 * mine);
    }
    put('stream', startMs, 'ads', 0, Math.round(0.7 * revenue));
    put('stream', startMs, 'tips', 0, revenue - Math.round(0.7 * revenue));
    put('total', startMs, '', views, revenue);
  }
  await store.insertRows('kpi', columns, `${rows.join('\n')}\n`);
}
