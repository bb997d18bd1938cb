import { Type } from '@sinclair/typebox';
import { currencyExponent } from '../../platform/contracts/currency.ts';
import {
  MrrPolicy,
  MrrPolicyReply,
  MrrPolicyRequest,
  mrrPresetPolicies,
  RecurringReply,
  recurringCuts,
  type RecurringMonth,
} from '../../platform/contracts/recurring.ts';
import type { Access } from '../../platform/contracts/tenant.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { createWindowClock } from '../../platform/kpi/window-time.ts';
import type { Store } from '../../platform/store/store.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { principalOf } from '../http/caller.ts';
import { defineRoute, noBody, none, type Route } from '../http/route.ts';
import type { Policies } from '../recurring/policies.ts';
import { readStatus } from '../recurring/recurring-series.ts';
import { lifetimeOf } from '../../platform/recurring/recurring-values.ts';
import { TotalsRow, totalsSql } from '../../platform/recurring/totals-sql.ts';
import { readRange } from '../series/range.ts';
import { tenantOf } from './session-routes.ts';

export interface RecurringRouteDeps {
  readonly access: Access;
  readonly policies: Policies;
  readonly store: Store;
  readonly clock: Clock;
}

const tag = 'Recurring revenue';
const path = '/api/v1/recurring';
const Instant = Type.Optional(Type.String({ maxLength: 64 }));
const RecurringQuery = Type.Object(
  {
    from: Instant,
    to: Instant,
    by: Type.Optional(
      Type.Union(
        recurringCuts.map((cut) => Type.Literal(cut)),
        { description: 'segment is what the policy segments by' },
      ),
    ),
    segment: Type.Optional(Type.String({ maxLength: 256 })),
    currency: Type.Optional(
      Type.String({ pattern: '^[A-Z]{3}$', description: 'Only this currency, in its own amounts' }),
    ),
  },
  { additionalProperties: false },
);
const MONTHS_SHOWN = 24;

/** Recurring revenue by month with its movements, and the policy that says what counts. */
export function recurringRoutes({ access, policies, store, clock }: RecurringRouteDeps): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path,
      tag,
      summary: 'MRR by month with its movements: opening + movements + transfer + fx = closing.',
      description:
        'In the tenant’s currency, or in one currency alone. Months are in the tenant’s zone; the last 24 when no range is given. Cut by ' +
        'segment, currency, plan, channel or country, a customer who stays counts once in each, and what passes between them is a transfer; each cut adds up by itself.',
      guard: 'query:read',
      params: none,
      query: RecurringQuery,
      body: noBody,
      reply: RecurringReply,
      errors: ['STORE_UNAVAILABLE', 'GATEWAY_OVERLOADED'],
      handle: async ({ caller, query }) => {
        const tenant = tenantOf(access, principalOf(caller).tenant);
        const { by, currency, segment } = query;
        if (segment?.includes('\0') === true)
          throw new WeirError('GATEWAY_REQUEST_INVALID', '"segment" holds a NUL character.');
        const isCut = by !== undefined && by !== 'segment' && by !== 'currency';
        if (segment !== undefined && isCut)
          throw new WeirError(
            'GATEWAY_REQUEST_INVALID',
            '"segment" goes with segment and currency only; other cuts are of all segments.',
          );
        const windows = createWindowClock(tenant.timeZone);
        const nowMs = clock.nowMs();
        const range = readRange(query.from, query.to, nowMs, MONTHS_SHOWN * 30 * 86_400_000);
        const current = policies.current(tenant.id);
        const status = await readStatus(store, tenant.id);
        const policyVersion = status?.policy_version ?? current.version;
        const { segmentBy } = policies.of(tenant.id, policyVersion);
        const { sql, params } = totalsSql({
          tenant: tenant.id,
          policyVersion,
          segmentBy,
          window: '1mo',
          fromMs: windows.start('1mo', range.fromMs),
          toMs: range.toMs,
          by,
          segment,
          currency,
        });
        const rows = status === undefined ? [] : await store.query(sql, params, TotalsRow);
        const shown = currency ?? tenant.currency;
        const minorPerMajor = 10 ** (currencyExponent(shown) ?? 2);
        const cuts = new Map<string, RecurringMonth[]>();
        for (const row of rows) {
          const months = cuts.get(row.cut) ?? [];
          months.push(monthOf(row, minorPerMajor));
          cuts.set(row.cut, months);
        }
        return {
          currency: shown,
          by: by ?? null,
          segmentBy,
          policyVersion,
          currentPolicyVersion: current.version,
          asOfMs: status?.as_of_ms ?? null,
          customers: status?.customers ?? 0,
          unattributedEvents: status?.unattributed ?? 0,
          refusedEvents: status?.refused ?? 0,
          unratedCurrencies: status?.unrated ?? [],
          series: [...cuts].map(([cut, months]) => ({ cut, months })),
        };
      },
    }),
    defineRoute({
      method: 'GET',
      path: `${path}/policy`,
      tag,
      summary: 'What counts as recurring revenue, with the versions it had.',
      guard: 'query:read',
      params: none,
      query: none,
      body: noBody,
      reply: MrrPolicyReply,
      handle: async ({ caller }) => {
        const { tenant } = principalOf(caller);
        return {
          policy: policies.current(tenant),
          presets: Object.values(mrrPresetPolicies),
          versions: policies
            .versions(tenant)
            .map(({ version, updatedAtMs, updatedBy }) => ({ version, updatedAtMs, updatedBy })),
        };
      },
    }),
    defineRoute({
      method: 'PUT',
      path: `${path}/policy`,
      tag,
      summary: 'Sets the next version of the policy; all figures are worked out anew by it.',
      description:
        'Until they are, the answers name the older version they follow. `preset` becomes custom where a setting differs from it.',
      guard: 'admin',
      params: none,
      query: none,
      body: MrrPolicyRequest,
      reply: MrrPolicy,
      errors: ['MRR_POLICY_INVALID', 'GATEWAY_LIMIT_REACHED'],
      handle: async ({ body, caller }) => {
        const { subject, tenant } = principalOf(caller);
        return await policies.set(tenant, body, subject, clock.nowMs());
      },
    }),
  ];
}

function monthOf(row: TotalsRow, minorPerMajor: number): RecurringMonth {
  const major = (minor: number): number => minor / minorPerMajor;
  const ratio = (of: number): number | null => (row.year_ago > 0 ? of / row.year_ago : null);
  return {
    windowStartMs: row.start_ms,
    opening: major(row.opening),
    new: major(row.new),
    reactivation: major(row.reactivation),
    expansion: major(row.expansion),
    contraction: major(row.contraction),
    churn: major(row.churn),
    transfer: major(row.transfer),
    fx: major(row.fx),
    closing: major(row.closing),
    customersOpening: row.customers_opening,
    customersNew: row.customers_new,
    customersReactivated: row.customers_reactivated,
    customersChurned: row.customers_churned,
    customersClosing: row.customers_closing,
    netRetention: ratio(row.year_now),
    grossRetention: ratio(row.year_kept),
    isLifetimeCapped: lifetimeOf(row).isCapped,
  };
}
