import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TrackedPost } from '../../platform/contracts/posts.ts';
import type { Signal } from '../../platform/contracts/signal.ts';
import { createMetrics } from '../../platform/metrics/metrics.ts';
import { systemClock } from '../../platform/time/clock.ts';
import type { StageEvent } from '../stage/stage.ts';
import type { PostEvents } from './ports.ts';
import type { MinuteCount } from './posts.ts';
import { createPostTrackingStage } from './stage.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const start = Date.UTC(2026, 10, 1, 12);

interface Stored {
  readonly seq: number;
  readonly type: 'post_published' | 'video_view';
  readonly content: string;
  readonly atMs: number;
}

function stageEvent({ atMs, content, seq, type }: Stored): StageEvent {
  return {
    tenant: 'main',
    source: '',
    id: String(seq),
    type,
    eventTimeMs: atMs,
    receivedAtMs: atMs,
    channel: 'c1',
    content,
    country: '',
    stream: '',
    user: '',
    amountMinor: 0,
    currency: '',
    amountBaseMinor: 0,
    flags: 0,
    data: { title: content },
    partition: 0,
    seq,
    idx: 0,
  };
}

const minuteOf = ({ atMs, content }: Stored): MinuteCount => ({
  tenant: 'main',
  content,
  minute: Math.floor(atMs / MINUTE),
  countedViews: 1,
  countedEngagement: 0,
  reportedViews: 0,
  reportedEngagement: 0,
});

/** The stage over events in memory, as the runner drives it. */
function drive(stored: readonly Stored[]) {
  let frontier = 0;
  let nowMs = 0;
  let isStoreAway = false;
  const rows = new Map<string, TrackedPost>();
  const told: Signal[] = [];
  const views = stored.filter(({ type }) => type === 'video_view');
  const counts: PostEvents = {
    minutes: async (after, to) => views.filter(({ seq }) => seq > after && seq <= to).map(minuteOf),
    past: async (_tenant, posts, to) =>
      views
        .filter(({ content, seq }) => seq <= to && posts.some((post) => post.content === content))
        .map(minuteOf),
  };
  const open = () =>
    createPostTrackingStage({
      counts,
      rows: {
        write: async (written) => {
          if (isStoreAway) throw new Error('store away');
          for (const { post } of written) rows.set(post.content, post);
        },
      },
      frontier: { read: async () => frontier },
      signals: { publish: async (signals) => void told.push(...signals) },
      clock: systemClock,
      metrics: createMetrics({ processMetrics: false }),
    });
  let stage = open();
  let state = stage.create();
  let saved = { bytes: stage.encode(state), seq: 0 };
  let applied = 0;
  let newestMs = Number.NEGATIVE_INFINITY;

  const flush = async (): Promise<void> => {
    // Later than every interval: what waits for time is due.
    nowMs += 10 * HOUR;
    await stage.flush(state, nowMs);
  };
  return {
    rows,
    told,
    storeAway: (isAway: boolean): void => {
      isStoreAway = isAway;
    },
    /** Everything up to a position is stored and applied; effects are written. */
    advance: async (toSeq: number): Promise<void> => {
      frontier = toSeq;
      for (const event of stored.filter(({ seq }) => seq > applied && seq <= toSeq)) {
        const watermarkMs = newestMs;
        stage.apply(state, event.type === 'post_published' ? [stageEvent(event)] : [], {
          watermarkMs: () => watermarkMs,
        });
        newestMs = Math.max(newestMs, event.atMs);
      }
      applied = toSeq;
      stage.apply(state, [], { watermarkMs: () => newestMs });
      await flush();
    },
    save: (): void => {
      saved = { bytes: stage.encode(state), seq: applied };
    },
    /** Another process goes on from what was saved last. */
    crash: (): void => {
      stage = open();
      const restored = stage.decode(saved.bytes);
      if (restored === undefined) throw new Error('the snapshot cannot be read');
      state = restored;
      applied = saved.seq;
      newestMs = Math.max(...stored.filter(({ seq }) => seq <= applied).map(({ atMs }) => atMs));
    },
  };
}

const anyStored = fc
  .array(
    fc.record({
      isPost: fc.boolean(),
      content: fc.constantFrom('a', 'b', 'c', 'd'),
      minute: fc.integer({ min: 0, max: 3_000 }),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((events) =>
    events.map(({ content, isPost, minute }, i): Stored => ({
      seq: i + 1,
      type: isPost ? 'post_published' : 'video_view',
      content,
      atMs: start + minute * MINUTE,
    })),
  );

describe('the stage', () => {
  test('ends with the same rows however the log was cut, and whatever was killed', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyStored,
        fc.array(fc.record({ to: fc.nat(), what: fc.constantFrom('go', 'save', 'crash') }), { maxLength: 8 }),
        async (stored, steps) => {
          const whole = drive(stored);
          await whole.advance(stored.length);
          const cut = drive(stored);
          let at = 0;
          for (const { to, what } of steps) {
            at = Math.min(stored.length, at + (to % 12));
            await cut.advance(at);
            if (what === 'save') cut.save();
            if (what === 'crash') {
              cut.crash();
              at = 0;
            }
          }
          await cut.advance(stored.length);
          expect(cut.rows).toEqual(whole.rows);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('counts views that were stored before their post was known, once', async () => {
    const stored: Stored[] = [
      { seq: 1, type: 'video_view', content: 'a', atMs: start + MINUTE },
      { seq: 2, type: 'video_view', content: 'a', atMs: start + 2 * MINUTE },
      { seq: 3, type: 'post_published', content: 'a', atMs: start },
      { seq: 4, type: 'video_view', content: 'a', atMs: start + 20 * MINUTE },
    ];
    const run = drive(stored);
    for (let seq = 1; seq <= 4; seq += 1) await run.advance(seq);
    expect(run.rows.get('a')).toMatchObject({
      views: 3,
      checks: [{ views: 2, isDue: true }, {}, {}, {}, {}],
    });
  });

  test('writes again what could not be written', async () => {
    const run = drive([
      { seq: 1, type: 'post_published', content: 'a', atMs: start },
      { seq: 2, type: 'video_view', content: 'a', atMs: start + MINUTE },
    ]);
    run.storeAway(true);
    await expect(run.advance(1)).rejects.toThrow('store away');
    run.storeAway(false);
    await run.advance(2);
    expect(run.rows.get('a')).toMatchObject({ views: 1 });
  });

  test('forgets a tenant', async () => {
    const stage = createPostTrackingStage({
      counts: { minutes: async () => [], past: async () => [] },
      rows: { write: async () => {} },
      frontier: { read: async () => 1 },
      signals: { publish: async () => {} },
      clock: systemClock,
      metrics: createMetrics({ processMetrics: false }),
    });
    const state = stage.create();
    const event = stageEvent({ seq: 1, type: 'post_published', content: 'a', atMs: start });
    stage.apply(state, [event], { watermarkMs: () => start });
    stage.forget(state, 'main');
    expect(state.tenants.size).toBe(0);
  });
});
