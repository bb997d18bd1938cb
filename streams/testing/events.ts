import fc from 'fast-check';
import { eventCatalogue } from '../../platform/contracts/event-catalogue.ts';
import { kpiCatalogue } from '../../platform/contracts/kpi-catalogue.ts';
import type { CanonicalEvent } from '../../platform/contracts/event.ts';
import { createRecordBatchBuilder } from '../../platform/record-batch/builder.ts';
import { createIdentityHasher } from '../../platform/record-batch/identity.ts';
import { decodeRecordBatch, type RecordBatch } from '../../platform/record-batch/record-batch.ts';
import { createShared, distinctMeasures } from '../directory.ts';
import { createIdentitySet } from '../identity-set.ts';
import type { PartitionState } from '../step.ts';
import { createTenantState, type TenantState } from '../tenant-state.ts';

const metricNames = new Map(eventCatalogue.map((spec) => [spec.type, spec.metrics]));

export const START_MS = Date.UTC(2026, 2, 28, 22, 0, 0);

/** Events of a day and a half around a change of the clocks, few keys, many repeats of ids. */
export function anyEvent(spanMs = 36 * 3_600_000): fc.Arbitrary<CanonicalEvent> {
  return fc
    .record({
      id: fc.integer({ min: 0, max: 200 }).map((n) => `e${n}`),
      type: fc.constantFrom(
        'video_view',
        'ad_impression',
        'post_metrics',
        'engagement',
        'tip',
        'system_performance',
        'unheard_of',
      ),
      offsetMs: fc.integer({ min: 0, max: spanMs }),
      channel: fc.constantFrom('', 'c1', 'c2'),
      content: fc.constantFrom('', 'v1', 'v2', 'v3'),
      country: fc.constantFrom('US', 'DE'),
      user: fc.integer({ min: 0, max: 400 }).map((n) => `u${n}`),
      amount: fc.integer({ min: -500, max: 5_000 }),
      metrics: fc.array(fc.integer({ min: -5, max: 1_000 }), { maxLength: 4 }),
      kind: fc.constantFrom('like', 'dislike'),
    })
    .map((e) => ({
      tenant: 'main',
      source: 'test',
      id: e.id,
      type: e.type,
      eventTimeMs: START_MS + e.offsetMs,
      receivedAtMs: START_MS + 40 * 3_600_000,
      channel: e.channel,
      content: e.content,
      country: e.country,
      stream: e.type === 'ad_impression' ? 'ads' : e.type === 'tip' ? 'tips' : '',
      user: e.user,
      amountMinor: e.amount,
      currency: e.type === 'tip' || e.type === 'ad_impression' ? 'USD' : '',
      amountBaseMinor: e.type === 'tip' || e.type === 'ad_impression' ? e.amount : Number.NaN,
      metrics: e.metrics.slice(0, metricNames.get(e.type)?.length ?? 0),
      flags: 0,
      dataJson: JSON.stringify({
        kind: e.kind,
        ...Object.fromEntries(
          (metricNames.get(e.type) ?? []).flatMap((name, i) =>
            e.metrics[i] === undefined ? [] : [[name, e.metrics[i]]],
          ),
        ),
      }),
    }));
}

export function toBatch(events: readonly CanonicalEvent[]): RecordBatch {
  const hasher = createIdentityHasher();
  const builder = createRecordBatchBuilder(hasher);
  const lanes = new Uint32Array(4);
  for (const event of events) {
    hasher.identity(event.tenant, event.source, event.id, lanes, 0);
    if (!builder.add(event, lanes)) throw new RangeError('too many events for one batch');
  }
  const batch = decodeRecordBatch(builder.finish());
  if (typeof batch === 'string') throw new Error(batch);
  return batch;
}

export const shared = createShared();
export const measures = distinctMeasures(kpiCatalogue);

export function newState(
  timeZone = 'Europe/Berlin',
  identityCapacity = 100_000,
): { state: PartitionState; tenantState: (tenant: string) => TenantState } {
  const state: PartitionState = {
    identities: createIdentitySet(identityCapacity),
    tenants: new Map(),
    seq: 0,
  };
  return { state, tenantState: tenantStates(state, timeZone) };
}

export function tenantStates(
  state: PartitionState,
  timeZone = 'Europe/Berlin',
): (tenant: string) => TenantState {
  return (tenant) => {
    const known = state.tenants.get(tenant);
    if (known !== undefined) return known;
    const made = createTenantState(tenant, shared.clockOf(timeZone), shared.planOf(measures));
    state.tenants.set(tenant, made);
    return made;
  };
}
