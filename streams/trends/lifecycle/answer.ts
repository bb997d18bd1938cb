import type { AnalyticsScope } from '../../../platform/contracts/analytics.ts';
import type { LifecycleQuestion, TrendLifecycle } from '../../../platform/contracts/trend-lifecycle.ts';
import { createWindowClock } from '../../../platform/kpi/window-time.ts';
import type { Store } from '../../../platform/store/store.ts';
import { readSums } from '../../analytics/kpi-sql.ts';
import { lifecycleOf } from './lifecycle.ts';

const OWN_MS = 28 * 86_400_000;

/** Weighs a trend with the tenant's own revenue and cost of the 28 days before it was evaluated. */
export async function answerLifecycle(
  { store }: { readonly store: Store },
  { tenant, timeZone, currency }: AnalyticsScope,
  question: LifecycleQuestion,
): Promise<TrendLifecycle> {
  const zone = createWindowClock(timeZone);
  const toMs = zone.end('1d', zone.start('1d', question.atMs));
  const fromMs = zone.start('1d', question.atMs - OWN_MS);
  const span = { tenant, rollup: 'total', window: '1d', fromMs, toMs, isWhole: true, limit: 1 } as const;
  const [sums] = await readSums(store, span);
  const minor = 10 ** fractionDigits(currency);
  const own =
    sums === undefined
      ? undefined
      : {
          revenue: sums.revenue / minor,
          views: sums.views,
          productionCost: sums.production / minor,
          produced: sums.produced,
        };
  return lifecycleOf(question, currency, own);
}

function fractionDigits(currency: string): number {
  return (
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
  );
}
