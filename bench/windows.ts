import { kpiCatalogue } from '../platform/contracts/kpi-catalogue.ts';
import type { Measure } from '../platform/contracts/kpi.ts';
import type { CanonicalEvent } from '../platform/contracts/event.ts';
import { createSlidingAggregate, type SlidingAggregate } from '../platform/kpi/trailing.ts';
import { UniqueSketch } from '../platform/kpi/unique-sketch.ts';
import { createWindowClock } from '../platform/kpi/window-time.ts';
import { createRecordBatchBuilder } from '../platform/record-batch/builder.ts';
import { createIdentityHasher } from '../platform/record-batch/identity.ts';
import { decodeRecordBatch, type RecordBatch } from '../platform/record-batch/record-batch.ts';
import { createShared, distinctMeasures } from '../streams/directory.ts';
import { heapBytes, timed, type CoreFigure } from './core-figure.ts';
import { createIdentitySet } from '../streams/identity-set.ts';
import { createPane, mergePane, type Pane } from '../streams/pane.ts';
import { evictTenant, foldTenant, stepBatch, type PartitionState } from '../streams/step.ts';
import { createTenantState, type TenantState } from '../streams/tenant-state.ts';

const KEYS = 10_000;
const VIEWERS = 200_000;
const BATCH_EVENTS = 5_000;
const BATCHES = 120;
/** Event time one batch spans: what 100,000 events a second bring. */
const BATCH_SPAN_MS = 50;
const SLIDE_MS = 10_000;
const SLIDES_PER_WINDOW = 30;
const START_MS = Date.UTC(2026, 2, 2, 10);
const SETTINGS = { maxOutOfOrdernessMs: 5_000, allowedLatenessMs: 300_000 };

/** The pure core over columnar batches on one core, by CPU time: what the processors do to each event, without reading and storing. */
export function measureWindows(): CoreFigure[] {
  const batches = [...batchesOf(BATCH_SPAN_MS)];
  const slides = [...batchesOf(SLIDE_MS / 20)];
  const everything = distinctMeasures(kpiCatalogue);
  const one: readonly Measure[] = [
    { key: 'view_events', agg: 'count', types: ['video_view'] },
    { key: 'watch_time_ms', agg: 'sum', types: ['video_view'], field: 'm:watch_time_ms' },
  ];
  return [
    tumbling(
      'tumbling 10 s to 1 month, two measures, five rollups, 10,000 channels and contents',
      batches,
      one,
    ),
    tumbling('the same with every measure of the catalogue', batches, everything),
    sliding('sliding 5 min by 10 s, two measures, 10,000 channels, every window read', slides, one),
    distinct(),
  ];
}

function tumbling(name: string, batches: readonly RecordBatch[], measures: readonly Measure[]): CoreFigure {
  const core = createCore(measures);
  const heapBefore = heapBytes();
  const { perSecond } = timed(batches.length * BATCH_EVENTS, () => {
    for (const [i, batch] of batches.entries()) {
      core.step(batch, i + 1);
      // As the processors do: totals ten times a second, everything once a second.
      if (i % 2 === 1) core.fold((rollup) => rollup === 0 || rollup === 4);
      if (i % 20 === 19) core.fold();
    }
    core.fold();
  });
  return { name, perSecond, bytesPerKey: (heapBytes() - heapBefore) / core.panes() };
}

function sliding(name: string, batches: readonly RecordBatch[], measures: readonly Measure[]): CoreFigure {
  const core = createCore(measures);
  const { plan } = core.tenant;
  const merge = (older: Pane, newer: Pane): Pane => {
    const merged = createPane(plan);
    mergePane(plan, merged, older);
    mergePane(plan, merged, newer);
    return merged;
  };
  const windows = new Map<string, SlidingAggregate<Pane>>();
  const channels = core.tenant.keys[1] ?? new Map<string, never>();
  let read = 0;
  const slide = (endMs: number): void => {
    for (const [channel, key] of channels) {
      const slice = key.bySize[0]?.get(endMs - SLIDE_MS);
      let window = windows.get(channel);
      if (window === undefined) windows.set(channel, (window = createSlidingAggregate(merge)));
      if (window.size === SLIDES_PER_WINDOW) window.shift();
      window.push(slice ?? createPane(plan));
      if (window.value() !== undefined) read++;
    }
  };
  const { perSecond } = timed(batches.length * BATCH_EVENTS, () => {
    for (const [i, batch] of batches.entries()) {
      core.step(batch, i + 1);
      if (i % 20 !== 19) continue;
      core.fold();
      slide(START_MS + ((i + 1) / 20) * SLIDE_MS);
    }
  });
  if (read < KEYS) throw new Error('the sliding windows were not read');
  return { name, perSecond, bytesPerKey: undefined };
}

function distinct(): CoreFigure {
  const sketches = Array.from({ length: KEYS }, () => new UniqueSketch());
  const hasher = createIdentityHasher();
  const viewers = new Uint32Array(2 * VIEWERS);
  for (let i = 0; i < VIEWERS; i++) hasher.user('bench', `viewer-${i}`, viewers, 2 * i);
  const count = 3_000_000;
  const { perSecond } = timed(count, () => {
    for (let i = 0; i < count; i++) {
      const viewer = 2 * ((i + Math.floor(i / KEYS) * 104_729) % VIEWERS);
      sketches[i % KEYS]?.add(viewers[viewer] ?? 0, viewers[viewer + 1] ?? 0);
    }
  });
  const bytes = sketches.reduce((sum, sketch) => sum + sketch.toBytes().length, 0);
  const mean = sketches.reduce((sum, sketch) => sum + sketch.estimate(), 0) / KEYS;
  return {
    name: `distinct viewers of 10,000 contents, ${Math.round(mean)} each of ${viewers.length / 2}; bytes as stored`,
    perSecond,
    bytesPerKey: bytes / KEYS,
  };
}

interface Core {
  readonly tenant: TenantState;
  step(batch: RecordBatch, seq: number): void;
  fold(isWanted?: (rollup: number) => boolean): void;
  panes(): number;
}

function createCore(measures: readonly Measure[]): Core {
  const shared = createShared();
  const tenant = createTenantState('bench', createWindowClock('UTC'), shared.planOf(measures));
  const state: PartitionState = {
    identities: createIdentitySet(500_000),
    tenants: new Map([['bench', tenant]]),
    seq: 0,
  };
  return {
    tenant,
    step: (batch, seq) => void stepBatch(state, batch, seq, () => tenant, SETTINGS, undefined),
    fold: (isWanted) => foldTenant(tenant, () => undefined, isWanted),
    panes: () => evictTenant(tenant, Number.POSITIVE_INFINITY),
  };
}

/** Batches as ingest makes them from the load of the spine: nine views to one ad impression over 10,000 channels and contents. */
function* batchesOf(spanMs: number): Generator<RecordBatch> {
  const hasher = createIdentityHasher();
  const lanes = new Uint32Array(4);
  for (let b = 0; b < BATCHES; b++) {
    const builder = createRecordBatchBuilder(hasher, Number.MAX_SAFE_INTEGER);
    for (let i = 0; i < BATCH_EVENTS; i++) {
      const n = (b * BATCH_EVENTS + i) * 31;
      const isAd = i % 10 === 9;
      const event: CanonicalEvent = {
        tenant: 'bench',
        source: 'bench',
        id: `e${b}-${i}`,
        type: isAd ? 'ad_impression' : 'video_view',
        eventTimeMs: START_MS + Math.floor((b + i / BATCH_EVENTS) * spanMs),
        receivedAtMs: START_MS + Math.floor((b + 1) * spanMs),
        channel: `channel-${n % KEYS}`,
        content: `video-${(n * 7) % KEYS}`,
        country: 'US',
        stream: isAd ? 'ads' : '',
        user: `viewer-${(n * 131) % VIEWERS}`,
        amountMinor: isAd ? 7 : 0,
        currency: isAd ? 'USD' : '',
        amountBaseMinor: isAd ? 7 : Number.NaN,
        metrics: isAd ? [3, Number.NaN] : [1_000 + (n % 600_000), Number.NaN],
        flags: 0,
        dataJson: '{}',
      };
      hasher.identity(event.tenant, event.source, event.id, lanes, 0);
      builder.add(event, lanes);
    }
    const batch = decodeRecordBatch(builder.finish());
    if (typeof batch === 'string') throw new Error(batch);
    yield batch;
  }
}
