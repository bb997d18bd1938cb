import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { Bus } from '../../platform/bus/bus.ts';
import { openKv } from '../../platform/bus/kv.ts';
import { CustomerRun, CustomerScore } from '../../platform/contracts/customers.ts';
import { ExperimentResult } from '../../platform/contracts/experiment.ts';
import { PricingBasis } from '../../platform/contracts/pricing.ts';
import { buckets } from '../../platform/contracts/subjects.ts';
import { isWeirError } from '../../platform/errors/weir-error.ts';
import type { Store } from '../../platform/store/store.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { ProposalFactsPort } from '../proposals/desk.ts';
import type { Records } from '../records.ts';
import type { RoutineFacts } from '../routines/ports.ts';

export interface RoutineFactsDeps {
  readonly bus: Bus;
  readonly store: Store;
  readonly facts: Pick<ProposalFactsPort, 'wishFrom'>;
  readonly records: Pick<Records, 'experiments'>;
  readonly minorPerMajor: (tenant: string) => number;
  readonly clock: Clock;
}

const dayMs = 86_400_000;
const seconds = 20;
const maxScores = 2_000;
/** Measures of the catalogue, as the rollups keep them. */
const measures = [
  'revenue',
  'view_events',
  'reported_views',
  'watch_time_ms',
  'impressions',
  'clicks',
  'reported_clicks',
  'engagements',
];
/** History that was not read yet, nothing that can be answered, or models that are away: the routine goes on without. */
const withoutAnswer = /^(ALLOCATION|PRICING|PRICE|MONETIZATION|MODELS|BUS_REQUEST)_/;

const DayRow = Type.Object({
  dim: Type.String(),
  dayMs: Type.Number(),
  s: Type.Record(Type.String(), Type.Number()),
});
const Detail = Type.Object({ detail: Type.String() });

export async function openRoutineFacts(deps: RoutineFactsDeps): Promise<RoutineFacts> {
  const { bus, clock, facts, minorPerMajor, records, store } = deps;
  const [results, prices] = await Promise.all([
    openKv(bus, buckets.experimentResults, { schema: ExperimentResult }),
    openKv(bus, buckets.pricingBases, { schema: PricingBasis }),
  ]);
  return {
    days: async (tenant, rollup, fromMs, most) => {
      const kept = `mapFilter((k, v) -> has([${measures.map((name) => `'${name}'`).join(', ')}]::Array(String), k), sums)`;
      const rows = await store.query(
        `SELECT dim, toUnixTimestamp64Milli(window_start) AS dayMs, sumMap(${kept}) AS s FROM kpi FINAL
WHERE tenant = {tenant:String} AND window = '1d' AND rollup = {rollup:String} AND dim != ''
 AND window_start >= fromUnixTimestamp64Milli({from:Int64}) AND window_start <= fromUnixTimestamp64Milli({until:Int64})
 AND dim IN (
  SELECT dim FROM kpi FINAL WHERE tenant = {tenant:String} AND window = '1d' AND rollup = {rollup:String} AND dim != ''
   AND window_start >= fromUnixTimestamp64Milli({from:Int64}) AND window_start <= fromUnixTimestamp64Milli({until:Int64})
  GROUP BY dim ORDER BY sum(sums['revenue']) DESC, sum(sums['view_events']) DESC, dim LIMIT {most:UInt32})
GROUP BY dim, window_start ORDER BY dim, window_start SETTINGS max_execution_time = ${seconds}`,
        {
          tenant,
          rollup,
          most,
          from: fromMs,
          // The day that runs is not whole.
          until: clock.nowMs() - dayMs,
        },
        DayRow,
      );
      return rows.map(({ dim, dayMs: start, s }) => ({
        dim,
        dayMs: start,
        revenue: (s['revenue'] ?? 0) / minorPerMajor(tenant),
        views: (s['view_events'] ?? 0) + (s['reported_views'] ?? 0),
        watchMs: s['watch_time_ms'] ?? 0,
        impressions: s['impressions'] ?? 0,
        clicks: (s['clicks'] ?? 0) + (s['reported_clicks'] ?? 0),
        engagements: s['engagements'] ?? 0,
      }));
    },
    churn: async (tenant) => {
      const [newest] = await store.query(
        'SELECT detail FROM churn_runs FINAL WHERE tenant = {tenant:String} ORDER BY as_of DESC LIMIT 1',
        { tenant },
        Detail,
      );
      const run: unknown = newest === undefined ? undefined : JSON.parse(newest.detail);
      if (!Value.Check(CustomerRun, run)) return undefined;
      const rows = await store.query(
        `SELECT detail FROM churn_scores FINAL
WHERE tenant = {tenant:String} AND as_of = fromUnixTimestamp64Milli({asOf:Int64}) AND band IN ('critical', 'high', 'medium')
ORDER BY at_risk_minor DESC, customer LIMIT ${maxScores}`,
        { tenant, asOf: run.asOfMs },
        Detail,
      );
      const scores = rows.flatMap(({ detail }) => {
        const score: unknown = JSON.parse(detail);
        // A row of another version that does not fit is left out.
        return Value.Check(CustomerScore, score) ? [score] : [];
      });
      return { run, scores };
    },
    experiments: async (tenant) => {
      const own = records.experiments.values().filter((each) => each.tenant === tenant);
      return await Promise.all(
        own.map(async (experiment) => ({
          experiment,
          result: (await results.get(`${tenant}.${experiment.key}`))?.value,
        })),
      );
    },
    products: async (tenant) =>
      (await prices.get(tenant))?.value.products
        .filter(({ state }) => state === 'ready')
        .map(({ product }) => product) ?? [],
    recommended: async (tenant, source) => {
      try {
        return await facts.wishFrom(tenant, source);
      } catch (error) {
        if (isWeirError(error) && withoutAnswer.test(error.code)) return undefined;
        throw error;
      }
    },
  };
}
