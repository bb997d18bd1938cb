import type { Metrics } from '../../platform/metrics/metrics.ts';
import type { Store } from '../../platform/store/store.ts';
import type { SignalPublisher } from '../../platform/signals/publisher.ts';
import type { Stage } from '../stage/stage.ts';
import { decodeTrends, encodeTrends } from './codec.ts';
import { createTrendMetrics } from './metrics.ts';
import { trendEventTypes } from './observe.ts';
import { trendColumns, trendRows } from './rows.ts';
import {
  createTrendState,
  defaultLimits,
  type TenantTrends,
  type TrendLimits,
  type TrendState,
} from './state.ts';
import { advanceTrends, applyTrendEvent, applyViewing, previewTrends } from './step.ts';

export interface TrendStageDeps {
  readonly store: Store;
  readonly metrics: Metrics;
  readonly signals: Pick<SignalPublisher, 'publish'>;
}

/** Tenants looked at before their next mark in one flush; the others wait for another flush, or for their mark. */
const MAX_PREVIEWS = 8;
/** Between two previews of a tenant whose events keep coming: longer, the more there is to look at (about 6 µs each). */
const PREVIEW_INTERVAL_MS = 2_000;
const PREVIEW_MS_EACH = 0.5;

/** The second stage of trends: reads what says something about topics, writes table `trends` and signals of kind `trend`. */
export function createTrendStage(
  { store, metrics, signals }: TrendStageDeps,
  limits: TrendLimits = defaultLimits,
): Stage<TrendState> {
  const shown = createTrendMetrics(metrics);
  return {
    name: 'trends',
    types: trendEventTypes,
    tables: ['trends'],
    create: () => createTrendState(limits),
    encode: encodeTrends,
    decode: (bytes) => decodeTrends(bytes, limits),
    apply: (state, events, context) => {
      for (const trends of state.tenants.values())
        advanceTrends(state, trends, context.watermarkMs(trends.tenant));
      for (const event of events) applyTrendEvent(state, event);
    },
    view: (state, viewings) => {
      for (const viewing of viewings) applyViewing(state, viewing);
    },
    // Rows first, then signals: who hears of a trend finds it. A crash between them repeats both with the same content.
    flush: async (state, nowMs) => {
      let rows = '';
      for (const { tenant, pending } of state.tenants.values())
        for (const evaluation of pending.evaluations) rows += trendRows(tenant, evaluation);
      const previewed = [...state.tenants.values()]
        .filter((trends) => isPreviewDue(trends, nowMs))
        .slice(0, MAX_PREVIEWS);
      for (const trends of previewed) rows += trendRows(trends.tenant, previewTrends(state, trends));
      if (rows !== '') await store.insertRows('trends', trendColumns, rows);
      for (const { pending } of state.tenants.values()) {
        pending.evaluations.length = 0;
        if (pending.signals.length === 0) continue;
        await signals.publish(pending.signals);
        pending.signals.length = 0;
      }
      for (const { pending } of previewed) {
        pending.isChanged = false;
        pending.previewedAtMs = nowMs;
      }
      for (const { pending, observations } of state.tenants.values())
        pending.flushedObservations = observations;
      shown.show(state);
    },
    // A preview that was put off comes without waiting for another event.
    isFlushDue: (state) => [...state.tenants.values()].some(({ pending }) => pending.isChanged),
    forget: (state, tenant) => {
      state.tenants.delete(tenant);
    },
  };
}

/** When nothing more came since the last flush, or events keep coming for long: halfway through an import there is half a day to see. */
function isPreviewDue({ pending, terms, contents, observations }: TenantTrends, nowMs: number): boolean {
  if (!pending.isChanged) return false;
  const intervalMs = PREVIEW_INTERVAL_MS + PREVIEW_MS_EACH * (terms.slotOf.size + contents.byId.size);
  return observations === pending.flushedObservations || nowMs - pending.previewedAtMs >= intervalMs;
}
