import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kpiCatalogue } from '../platform/contracts/kpi-catalogue.ts';
import type { CanonicalEvent } from '../platform/contracts/event.ts';
import { rollups, windowSizes, type MeasureState } from '../platform/contracts/kpi.ts';
import { compileKpi } from '../platform/kpi/kpi.ts';
import { decodeSketch } from '../platform/kpi/measure-state.ts';
import { paneState } from './pane.ts';
import { decodeSnapshot, encodeSnapshot } from './snapshot.ts';
import { evictTenant, foldTenant, stepBatch, type PartitionState } from './step.ts';
import { anyEvent, newState, shared, START_MS, tenantStates, toBatch } from './testing/events.ts';

const lenient = { maxOutOfOrdernessMs: 0, allowedLatenessMs: 400 * 86_400_000 };
const strict = { maxOutOfOrdernessMs: 5_000, allowedLatenessMs: 60_000 };

/** Everything a state holds, in an order of its own: what must be equal however the events were cut. */
function contents(state: PartitionState): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const tenant of state.tenants.values()) {
    out[`${tenant.tenant} counts`] = [
      tenant.stored,
      tenant.duplicates,
      tenant.late,
      tenant.watermarkMs,
      [...tenant.outcomes].map(([m, o]) => [m, o.duplicate, o.late]),
    ];
    out[`${tenant.tenant} corrections`] = [...tenant.corrections.values()]
      .map((c) => `${c.size}@${c.windowStartMs}:${c.lateEvents}`)
      .sort();
    for (const [rollup, keys] of tenant.keys.entries()) {
      for (const key of keys.values()) {
        for (const [size, byStart] of key.bySize.entries()) {
          for (const [start, pane] of byStart ?? [])
            out[`${rollups[rollup]}/${key.dim}/${windowSizes[size]}/${start}`] = [
              comparable(paneState(tenant.plan, pane)),
              pane.revision,
            ];
        }
      }
    }
  }
  return out;
}

function run(events: readonly CanonicalEvent[], cuts: readonly number[], settings = strict): PartitionState {
  const { state, tenantState } = newState();
  let from = 0;
  let seq = 0;
  for (const to of [...cuts.filter((cut) => cut < events.length), events.length]) {
    if (to <= from) continue;
    stepBatch(state, toBatch(events.slice(from, to)), ++seq, tenantState, settings, undefined);
    for (const tenant of state.tenants.values()) foldTenant(tenant, () => undefined);
    from = to;
  }
  return state;
}

const manyEvents = fc.array(anyEvent(), { minLength: 1, maxLength: 300 });
const anyCuts = fc
  .array(fc.integer({ min: 1, max: 299 }), { maxLength: 8 })
  .map((cuts) => cuts.sort((a, b) => a - b));

describe('stepBatch', () => {
  it('gives the same state however the events are cut into batches', () => {
    fc.assert(
      fc.property(manyEvents, anyCuts, (events, cuts) => {
        expect(contents(run(events, cuts))).toEqual(contents(run(events, [])));
      }),
      { numRuns: 40 },
    );
  });

  it('gives the same windows for any order within the allowed lateness', () => {
    fc.assert(
      fc.property(manyEvents, fc.integer(), (events, seed) => {
        const once = [...new Map(events.map((event) => [event.id, event])).values()];
        const shuffled = [...once].sort((a, b) => mixed(a.id, seed) - mixed(b.id, seed));
        const values = (state: PartitionState): Record<string, unknown> =>
          Object.fromEntries(
            Object.entries(contents(state))
              .filter(([key]) => key.includes('/'))
              .map(([key, value]) => [key, Array.isArray(value) ? value[0] : value]),
          );
        expect(values(run(shuffled, [], lenient))).toEqual(values(run(once, [], lenient)));
      }),
      { numRuns: 40 },
    );
  });

  it('restarts from a snapshot as if nothing had happened', () => {
    fc.assert(
      fc.property(manyEvents, fc.integer({ min: 1, max: 299 }), (events, at) => {
        const cut = Math.min(at, events.length);
        const first = run(events.slice(0, cut), []);
        const restored = decodeSnapshot(encodeSnapshot(first), {
          ...shared,
          identityCapacity: 100_000,
          onDirty: () => undefined,
        });
        if (restored === undefined) throw new Error('the snapshot cannot be read');
        expect(contents(restored)).toEqual(contents(first));
        if (cut < events.length)
          stepBatch(restored, toBatch(events.slice(cut)), 2, tenantStates(restored), strict, undefined);
        for (const tenant of restored.tenants.values()) foldTenant(tenant, () => undefined);
        expect(contents(restored)).toEqual(contents(run(events, cut < events.length ? [cut] : [])));
      }),
      { numRuns: 40 },
    );
  });

  it('counts each identity once and every event in every window exactly once', () => {
    fc.assert(
      fc.property(manyEvents, (events) => {
        const state = run(events, [], lenient);
        const first = [...events]
          .reverse()
          .reduce((byId, event) => byId.set(event.id, event), new Map<string, CanonicalEvent>());
        const tenant = state.tenants.get('main');
        expect(tenant?.stored).toBe(first.size);
        expect(tenant?.duplicates).toBe(events.length - first.size);
        const views = [...first.values()].filter((event) => event.type === 'video_view');
        const revenue = [...first.values()].reduce(
          (sum, event) => sum + (Number.isNaN(event.amountBaseMinor) ? 0 : event.amountBaseMinor),
          0,
        );
        for (const [size] of windowSizes.entries()) {
          const states = [...(tenant?.keys[0]?.get('')?.bySize[size]?.values() ?? [])].map((pane) =>
            tenant === undefined ? undefined : paneState(tenant.plan, pane),
          );
          expect(total(states, 'view_events')).toBe(views.length);
          expect(total(states, 'revenue')).toBe(revenue);
        }
        const months = [...(tenant?.keys[0]?.get('')?.bySize[4]?.values() ?? [])];
        if (tenant !== undefined && months.length === 1 && months[0] !== undefined && views.length > 0) {
          const viewers = paneState(tenant.plan, months[0]).uniques['viewers'];
          expect(viewers === undefined ? 0 : decodeSketch(viewers).estimate()).toBe(
            new Set(views.map((view) => view.user)).size,
          );
        }
      }),
      { numRuns: 40 },
    );
  });

  it('sends what is too late for a window to correction and still counts it in the windows that are open', () => {
    const { state, tenantState } = newState('UTC');
    const base = {
      tenant: 'main',
      source: 's',
      type: 'video_view',
      receivedAtMs: START_MS,
      channel: 'c',
      content: 'v',
      country: 'US',
      stream: '',
      user: 'u',
      amountMinor: 0,
      currency: '',
      amountBaseMinor: Number.NaN,
      metrics: [60_000],
      flags: 0,
      dataJson: '{}',
    };
    const at = Date.UTC(2026, 5, 15, 12, 30, 0);
    stepBatch(
      state,
      toBatch([
        { ...base, id: '1', eventTimeMs: at },
        { ...base, id: '2', eventTimeMs: at - 4_000 },
        { ...base, id: '3', eventTimeMs: at - 600_000 },
      ]),
      1,
      tenantState,
      strict,
      undefined,
    );
    const tenant = tenantState('main');
    foldTenant(tenant, () => undefined);
    expect([tenant.stored, tenant.late]).toEqual([3, 1]);
    expect([...tenant.corrections.keys()]).toEqual([`10s@${at - 600_000}`, `1m@${at - 600_000}`]);
    const hour = tenant.keys[0]?.get('')?.bySize[2]?.get(Date.UTC(2026, 5, 15, 12));
    expect(hour === undefined ? undefined : paneState(tenant.plan, hour).sums['view_events']).toBe(3);
    expect(tenant.keys[0]?.get('')?.bySize[0]?.get(at - 600_000)).toBeUndefined();
  });

  it('counts a click that tells no number as one, and a report that tells none as no change', () => {
    const click = (id: string, metrics: readonly number[]): CanonicalEvent => ({
      ...sample(id),
      type: 'click',
      metrics,
    });
    const silent = Array.from({ length: 10 }, (_, i) => click(`c${i}`, []));
    const reports = [
      { ...sample('r1'), type: 'post_metrics', metrics: [5] },
      { ...sample('r2'), type: 'post_metrics', metrics: [0, 0, 0, 0, 0, 50, 3] },
    ];
    const state = run([...silent, click('told', [2, 50]), ...reports], [], lenient);
    const tenant = state.tenants.get('main');
    const pane = tenant?.keys[0]?.get('')?.bySize[2]?.get(START_MS);
    if (tenant === undefined || pane === undefined) throw new Error('no window');
    const ctr = kpiCatalogue.find(({ key }) => key === 'ctr');
    expect(compileKpi(ctr).evaluate(paneState(tenant.plan, pane), 3_600_000, 100)).toBe(15 / 100);
  });

  it('lets windows go only after their lateness and never a dirty one', () => {
    const state = run(
      [
        { ...sample('1'), eventTimeMs: START_MS },
        { ...sample('2'), eventTimeMs: START_MS + 3 * 3_600_000 },
      ],
      [],
    );
    const tenant = state.tenants.get('main');
    if (tenant === undefined) throw new Error('no tenant');
    const pane = tenant.keys[0]?.get('')?.bySize[0]?.get(START_MS);
    if (pane === undefined) throw new Error('no pane');
    pane.dirty = true;
    evictTenant(tenant, strict.allowedLatenessMs);
    expect(tenant.keys[0]?.get('')?.bySize[0]?.has(START_MS)).toBe(true);
    pane.dirty = false;
    evictTenant(tenant, strict.allowedLatenessMs);
    expect(tenant.keys[0]?.get('')?.bySize[0]?.has(START_MS)).toBe(false);
    expect(tenant.keys[0]?.get('')?.bySize[3]?.size).toBe(1);
  });
});

function sample(id: string): CanonicalEvent {
  return {
    tenant: 'main',
    source: 's',
    id,
    type: 'video_view',
    eventTimeMs: START_MS,
    receivedAtMs: START_MS,
    channel: 'c',
    content: 'v',
    country: 'US',
    stream: '',
    user: 'u',
    amountMinor: 0,
    currency: '',
    amountBaseMinor: Number.NaN,
    metrics: [],
    flags: 0,
    dataJson: '{}',
  };
}

function total(states: readonly (MeasureState | undefined)[], key: string): number {
  return states.reduce((sum, state) => sum + (state?.sums[key] ?? 0), 0);
}

function mixed(id: string, seed: number): number {
  let h = seed;
  for (const character of id) h = Math.imul(h ^ character.charCodeAt(0), 2_654_435_761);
  return h;
}

/** States whose sketches are the sorted values they hold: equal sets may be written in another order. */
function comparable(state: MeasureState): unknown {
  const values = (text: string): string[] => {
    const bytes = Buffer.from(text, 'base64');
    return bytes[0] === 2
      ? [text]
      : Array.from({ length: (bytes.length - 1) / 8 }, (_, i) =>
          bytes.toString('hex', 1 + 8 * i, 9 + 8 * i),
        ).sort();
  };
  return {
    ...state,
    uniques: Object.fromEntries(Object.entries(state.uniques).map(([key, text]) => [key, values(text)])),
  };
}
