import { afterAll, beforeAll, describe, it } from 'vitest';
import { Type } from '@sinclair/typebox';
import { newTenant } from '../../platform/access/tenant-rules.ts';
import { openKv } from '../../platform/bus/kv.ts';
import type { CanonicalEvent } from '../../platform/contracts/event.ts';
import { MrrPolicy } from '../../platform/contracts/recurring.ts';
import { buckets } from '../../platform/contracts/subjects.ts';
import { Tenant } from '../../platform/contracts/tenant.ts';
import { createWindowClock } from '../../platform/kpi/window-time.ts';
import { eventually } from '../../platform/testing/servers.ts';
import type { Streams } from '../main.ts';
import { countRows, createRig, type Rig } from '../testing/rig.ts';
import { customerSteps } from './customer-steps.ts';
import { factOf } from './fact.ts';
import { movementRows } from './movements.ts';
import { createRates } from './rates.ts';
import { policyWith } from './testing/facts.ts';

const NOW_MS = Date.UTC(2026, 5, 20, 12);
const Row = Type.Object({
  w: Type.String(),
  start: Type.Number(),
  customer: Type.String(),
  segment: Type.String(),
  currency: Type.String(),
  base: Type.Array(Type.Number()),
});

function inOrder(rows: ReadonlyMap<string, readonly number[]>): (readonly [string, readonly number[]])[] {
  return [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function subscription(
  id: string,
  user: string,
  type: string,
  at: string,
  data: object,
  amountMinor = 0,
): CanonicalEvent {
  const eventTimeMs = Date.parse(at);
  return {
    tenant: 'main',
    source: 'test',
    id,
    type,
    eventTimeMs,
    receivedAtMs: NOW_MS,
    channel: '',
    content: '',
    country: 'DE',
    stream: '',
    user,
    amountMinor,
    currency: amountMinor === 0 ? '' : 'USD',
    amountBaseMinor: amountMinor === 0 ? Number.NaN : amountMinor,
    metrics: [],
    flags: 0,
    dataJson: JSON.stringify(data),
  };
}

const first = [
  subscription('1', 'ada', 'subscription_started', '2025-02-10T08:00:00Z', {
    plan: 'pro',
    unit_amount_minor: 9_700,
  }),
  subscription('2', 'bo', 'subscription_started', '2025-03-01T08:00:00Z', {
    plan: 'basic',
    unit_amount_minor: 2_000,
    currency: 'EUR',
  }),
  subscription('3', 'ada', 'subscription_changed', '2025-05-10T08:00:00Z', { unit_amount_minor: 29_700 }),
  subscription('4', 'cy', 'subscription_payment', '2026-06-01T08:00:00Z', { interval: 'year' }, 120_000),
];
const second = [
  subscription('5', 'bo', 'subscription_cancelled', '2026-01-15T08:00:00Z', {}),
  subscription('6', 'ada', 'subscription_changed', '2026-06-20T11:00:00Z', {
    plan: 'scale',
    unit_amount_minor: 79_700,
  }),
];

describe('recurring revenue on the real engine', () => {
  let rig: Rig;
  let streams: Streams;
  beforeAll(async () => {
    rig = await createRig();
    const tenants = await openKv(rig.bus, buckets.tenants, { schema: Tenant });
    await tenants.put('main', {
      ...newTenant('main', 'Main', false, 0),
      currency: 'USD',
      timeZone: 'Europe/Berlin',
      rates: { EUR: 1.1 },
    });
    streams = await rig.startStreams({ leaseTtlMs: 1_000 });
  });
  afterAll(async () => {
    await streams.stop();
    await rig.close();
  });

  /** Rows of ClickHouse against those the pure core gives for the same events. */
  const expectRows = async (events: readonly CanonicalEvent[], policy: MrrPolicy): Promise<void> => {
    const clock = createWindowClock('Europe/Berlin');
    const rates = createRates(policy.rates, { EUR: 1.1 }, 'USD');
    const horizonMs = Math.max(...events.map((event) => event.eventTimeMs));
    const wanted = new Map<string, readonly number[]>();
    for (const user of new Set(events.map((event) => event.user))) {
      const facts = events
        .filter((event) => event.user === user)
        .flatMap((event) => factOf({ ...event, data: JSON.parse(event.dataJson) }) ?? []);
      for (const row of movementRows(customerSteps(facts, policy, 'USD'), {
        policy,
        rates,
        clock,
        horizonMs,
      })) {
        const { opening, closing, yearAgo, fx, transfer } = row.base;
        wanted.set([row.window, row.windowStartMs, user, row.segment, row.currency].join('|'), [
          opening,
          row.base.new,
          row.base.reactivation,
          row.base.expansion,
          row.base.contraction,
          row.base.churn,
          transfer,
          fx,
          closing,
          yearAgo,
        ]);
      }
    }
    await eventually('the rows are those of the core', async () => {
      const rows = await rig.store.query(
        `SELECT window AS w, toUnixTimestamp64Milli(window_start) AS start, customer, segment, currency,
           [opening_base, new_base, reactivation_base, expansion_base, contraction_base, churn_base, transfer_base, fx_base, closing_base, year_ago_base] AS base
         FROM mrr_movements FINAL WHERE tenant = 'main' AND policy_version = (SELECT max(policy_version) FROM mrr_status FINAL)
           AND arrayExists(x -> x != 0, base)`,
        {},
        Row,
      );
      const found = new Map(
        rows.map((row) => [[row.w, row.start, row.customer, row.segment, row.currency].join('|'), row.base]),
      );
      const version = await countRows(rig.store, 'SELECT max(policy_version) AS n FROM mrr_status FINAL');
      return version === policy.version && JSON.stringify(inOrder(found)) === JSON.stringify(inOrder(wanted));
    });
  };

  /** Each cut adds up to what the whole does, month by month; plan is what the policy itself cuts by. */
  const expectCuts = async (version: number): Promise<void> => {
    const sums = `window_start, sum(opening_base) AS o, sum(closing_base) AS c,
      sum(new_base + reactivation_base + expansion_base + contraction_base + churn_base + transfer_base + fx_base) AS m`;
    const wanted = `SELECT ${sums} FROM mrr_movements FINAL WHERE window = '1mo' AND policy_version = ${version} GROUP BY window_start`;
    // Cuts are written after the movements.
    await eventually('the cuts add up to the whole', async () => {
      for (const cut of ['channel', 'country']) {
        const found = `SELECT ${sums} FROM mrr_cuts FINAL WHERE cut_by = '${cut}' AND policy_version = ${version} GROUP BY window_start`;
        const different = `SELECT count() AS n FROM (${wanted}) AS a FULL JOIN (${found}) AS b USING (window_start) WHERE a.o != b.o OR a.c != b.c OR a.m != b.m OR b.o + b.m != b.c`;
        if ((await countRows(rig.store, `SELECT count() AS n FROM (${found})`)) < 5) return false;
        if ((await countRows(rig.store, different)) !== 0) return false;
      }
      return (await countRows(rig.store, "SELECT count() AS n FROM mrr_cuts WHERE cut_by = 'plan'")) === 0;
    });
  };

  it('has the rows of the core, over a restart, with what came late and under a new policy', async () => {
    await rig.publish(first);
    await expectRows(first, policyWith());
    await expectCuts(0);
    await streams.stop();
    streams = await rig.startStreams({ leaseTtlMs: 1_000 });
    await rig.publish([...second, ...first]);
    await expectRows([...first, ...second], policyWith());

    const policies = await openKv(rig.bus, buckets.mrrPolicies, { schema: MrrPolicy });
    const policy = policyWith({
      version: 1,
      basis: 'subscriptions',
      rates: [
        { from: '2025-01-01', currency: 'EUR', rate: 1.05 },
        { from: '2025-09-15', currency: 'EUR', rate: 1.2 },
      ],
    });
    // No event comes after it: the stage asks to be flushed.
    await policies.put('main.1', policy);
    await expectRows([...first, ...second], policy);
    await expectCuts(policy.version);
    await eventually('rows of the old policy are gone', async () => {
      return (
        (await countRows(
          rig.store,
          'SELECT (SELECT count() FROM mrr_movements WHERE policy_version = 0) + (SELECT count() FROM mrr_cuts WHERE policy_version = 0) AS n',
        )) === 0
      );
    });
  });
});
