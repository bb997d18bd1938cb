import { Type } from '@sinclair/typebox';
import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import { kpiCatalogue } from '../../platform/contracts/kpi-catalogue.ts';
import type { KpiDefinition } from '../../platform/contracts/kpi.ts';
import type { Signal } from '../../platform/contracts/signal.ts';
import type { Log } from '../../platform/log/log.ts';
import type { Store } from '../../platform/store/store.ts';
import type { SignalFacts } from './core/alert.ts';

/** Looks up what a signal does not say of itself. */
export type ReadFacts = (signal: Signal) => Promise<SignalFacts>;

/** The year 2100: beyond every window, within what the store can hold. */
const FAR_MS = 4_102_444_800_000;
const catalogue = new Map(kpiCatalogue.map((kpi) => [kpi.key, kpi]));

/**
 * Money: observed less expected, summed over the judged windows of the episode. Only where windows add up to money: the KPI is in currency and its
 * formula divides nothing. The windows are stored before their signal is told. Where the store does not answer the alert goes out without.
 */
export function createFactReader(store: Store, kpis: KvMirror<KpiDefinition>, log: Log): ReadFacts {
  return async (signal) => {
    const definition = kpis.get(`${signal.tenant}.${signal.kpi}`) ?? catalogue.get(signal.kpi);
    const unit = definition?.unit ?? null;
    if (signal.kind !== 'anomaly' || definition?.unit !== 'currency' || definition.formula.includes('/'))
      return { unit, impact: null };
    const [rollup, dim] = Object.entries(signal.dims)[0] ?? ['total', ''];
    try {
      const [sum] = await store.query(
        `SELECT count() AS windows, sum(observed - expected) AS impact FROM expectations FINAL
         WHERE tenant = {tenant:String} AND kpi = {kpi:String} AND window = {window:String} AND rollup = {rollup:String} AND dim = {dim:String}
           AND window_start >= fromUnixTimestamp64Milli({from:Int64}) AND window_start < fromUnixTimestamp64Milli({to:Int64})
           AND observed IS NOT NULL AND expected IS NOT NULL`,
        {
          tenant: signal.tenant,
          kpi: signal.kpi,
          window: signal.window,
          rollup,
          dim,
          from: signal.startedAtMs,
          to: signal.endedAtMs ?? FAR_MS,
        },
        Type.Object({ windows: Type.Number(), impact: Type.Union([Type.Number(), Type.Null()]) }),
      );
      const impact = sum === undefined || sum.windows === 0 ? null : sum.impact;
      return { unit, impact: impact !== null && Number.isFinite(impact) ? impact : null };
    } catch (error) {
      log.debug({ err: error, kpi: signal.kpi }, 'an alert goes out without what it cost');
      return { unit, impact: null };
    }
  };
}
