import type { SeriesReply } from '../../platform/contracts/api.ts';
import { currencyExponent } from '../../platform/contracts/currency.ts';
import type { MrrPolicy } from '../../platform/contracts/recurring.ts';
import type { Tenant } from '../../platform/contracts/tenant.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { compileKpi } from '../../platform/kpi/kpi.ts';
import { emptyState } from '../../platform/kpi/measure-state.ts';
import { RollupRow, stateOf } from '../../platform/kpi/merged-sql.ts';
import { createWindowClock, type WindowClock } from '../../platform/kpi/window-time.ts';
import type { Store } from '../../platform/store/store.ts';
import type { SeriesQuestion } from '../series/question.ts';
import { rollupSeriesSql } from '../series/rollup-sql.ts';
import { MAX_POINTS } from '../series/series.ts';
import { daysOf, recurringValues } from '../../platform/recurring/recurring-values.ts';
import { StatusRow, statusSql, TotalsRow, totalsSql } from '../../platform/recurring/totals-sql.ts';

/** A policy by tenant and version. */
export type PolicyOf = (tenant: string, version: number) => MrrPolicy;

/** Points of a KPI on recurring revenue, by month or by day. Throws GATEWAY_REQUEST_INVALID when it is to be cut or narrowed. */
export async function readRecurringSeries(
  store: Store,
  question: SeriesQuestion,
  tenant: Tenant,
  policyOf: PolicyOf,
): Promise<SeriesReply['series']> {
  const { by, definition, filters, window } = question;
  if (by.length > 0 || Object.keys(filters).length > 0)
    throw new WeirError(
      'GATEWAY_REQUEST_INVALID',
      `${definition.key} is of customers, not of contents: it is cut by segment or currency at /api/v1/recurring.`,
      { details: { in: 'query', field: 'by' } },
    );
  const status = await readStatus(store, tenant.id);
  const isKept = definition.windows === undefined || definition.windows.includes(window);
  if (status === undefined || !isKept || (window !== '1d' && window !== '1mo'))
    return [{ dims: {}, points: [] }];
  const clock = createWindowClock(tenant.timeZone);
  const rows = await readRows(store, question, window, status, clock);
  const states = await readStates(store, question);
  const policy = policyOf(tenant.id, status.policy_version);
  const minorPerMajor = 10 ** (currencyExponent(tenant.currency) ?? 2);
  const kpi = compileKpi(definition);
  const points = rows.map((row) => {
    const windowMs = clock.end(window, row.start_ms) - row.start_ms;
    const state = states.get(row.start_ms) ?? emptyState;
    const recurring = recurringValues(row, policy, minorPerMajor);
    return {
      windowStartMs: row.start_ms,
      value: kpi.evaluate(state, windowMs, minorPerMajor, { recurring }),
      revision: 0,
    };
  });
  return [{ dims: {}, points }];
}

/** Undefined before the first event of a subscription. */
export async function readStatus(store: Store, tenant: string): Promise<StatusRow | undefined> {
  return (await store.query(statusSql, { tenant }, StatusRow))[0];
}

async function readRows(
  store: Store,
  { range, tenant }: SeriesQuestion,
  window: '1d' | '1mo',
  status: StatusRow,
  clock: WindowClock,
): Promise<readonly TotalsRow[]> {
  const { sql, params } = totalsSql({
    tenant,
    policyVersion: status.policy_version,
    window,
    // Days tell what moved; what was there before is the sum of all of them.
    fromMs: window === '1d' ? 0 : range.fromMs,
    toMs: range.toMs,
    by: undefined,
    segment: undefined,
    currency: undefined,
  });
  const moved = await store.query(sql, params, TotalsRow);
  if (window === '1mo') return moved;
  const [first] = moved;
  if (first === undefined) return [];
  const starts: number[] = [];
  const toMs = Math.min(range.toMs, status.as_of_ms + 1);
  for (
    let start = clock.start('1d', Math.max(range.fromMs, first.start_ms));
    start < toMs;
    start = clock.end('1d', start)
  ) {
    if (starts.length === MAX_POINTS)
      throw new WeirError('GATEWAY_RANGE_TOO_WIDE', `The answer would have more than ${MAX_POINTS} points.`);
    starts.push(start);
  }
  return daysOf(moved, starts);
}

/** States of the other measures a formula reads, by window. */
async function readStates(store: Store, question: SeriesQuestion) {
  if (question.definition.measures.length === 0) return new Map<number, ReturnType<typeof stateOf>>();
  const { sql, params } = rollupSeriesSql(question, { kind: 'rollup', rollup: 'total', dim: '' }, MAX_POINTS);
  const rows = await store.query(sql, params, RollupRow);
  return new Map(rows.map((row) => [row.start_ms, stateOf(row)]));
}
