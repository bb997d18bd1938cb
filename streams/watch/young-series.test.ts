import { describe, expect, test } from 'vitest';
import { defaultWatchSettings } from '../../platform/contracts/anomaly.ts';
import { kpiCatalogue } from '../../platform/contracts/kpi-catalogue.ts';
import type { MeasureState } from '../../platform/contracts/kpi.ts';
import { createRandom, type Random } from '../../platform/time/random.ts';
import { shareBudget } from './budget.ts';
import { isCutBy } from './explain-window.ts';
import { judgeWindow } from './judge.ts';
import { planKpis } from './kpi-plan.ts';
import { createTenantWatch, emptyOutbox, seriesKey, totalKey, type WatchedKey } from './watch-state.ts';

const MINUTE_MS = 60_000;
const HISTORY = 460;
const OUTAGE = 13;
const START_MS = Date.UTC(2026, 4, 4, 6);
const channels: readonly WatchedKey[] = ['c0', 'c1'].map((dim) => ({ rollup: 'channel', dim }));
const all = planKpis(kpiCatalogue, 100);
const plan = { kpis: all.kpis.filter(({ definition }) => definition.key === 'views'), faults: [] };
/** What the default setting leaves to views where every KPI of the catalogue is watched, in total and by two channels. */
const budget = shareBudget(
  defaultWatchSettings,
  all.kpis.map((kpi) => ({
    kpi: kpi.definition.key,
    shape: kpi.shape.kind,
    totals: 2,
    parts: isCutBy(kpi, 'channel') ? 4 : 0,
  })),
).get('views');

const counted = (views: number): MeasureState => ({
  sums: { view_events: views },
  mins: {},
  maxs: {},
  uniques: {},
  quantiles: {},
});

/** The first minute in which the total of views was in alarm, and what was told; the outage begins with minute HISTORY. */
function watch(name: string, viewsOf: (random: Random, share: number) => number, share: number) {
  const random = createRandom(name);
  const state = createTenantWatch('main');
  state.grains['1m'].keys = [totalKey, ...channels];
  let first: number | undefined;
  for (let minute = 0; minute <= HISTORY + OUTAGE; minute++) {
    const isHit = minute >= HISTORY && minute < HISTORY + OUTAGE;
    const views = viewsOf(random, isHit ? share : 1);
    const startMs = START_MS + minute * MINUTE_MS;
    judgeWindow(
      state,
      {
        window: '1m',
        startMs,
        endMs: startMs + MINUTE_MS,
        states: new Map([
          [seriesKey('', totalKey), counted(views)],
          ...channels.map((key, at) => [seriesKey('', key), counted(Math.floor((views + at) / 2))] as const),
        ]),
      },
      {
        plan,
        words: { currency: 'USD' },
        budgetOf: (_, key) => (key.rollup === 'total' ? budget?.total : budget?.part) ?? 0,
        nowMs: 0,
        signalMaxAgeMs: 0,
      },
    );
    state.outbox = emptyOutbox();
    if (state.grains['1m'].series.get(seriesKey('views', totalKey))?.alarm !== undefined) first ??= minute;
  }
  return first;
}

/** As the outage story feeds them (`tests/testing/outage-story.ts`). */
const ofTheStory = (random: Random, share: number): number => Math.round((40 + 3 * random.normal()) * share);
const poisson = (random: Random, share: number): number => random.poisson(40 * share);

describe('views of 460 minutes under the default setting', () => {
  test('the outage of the story is found in ten of ten runs', () => {
    for (let seed = 0; seed < 10; seed++)
      expect(watch(`story ${seed}`, ofTheStory, 0.05)).toBeGreaterThanOrEqual(HISTORY);
  });

  test.each([
    ['counts of Poisson', poisson, 0.2, 38],
    ['counts of Poisson', poisson, 0.5, 28],
    ['the story’s', ofTheStory, 0.2, 38],
    ['the story’s', ofTheStory, 0.5, 28],
  ] as const)(
    '%s that fall to a share of %d: found in at least 38 or 28 of 40 runs',
    (name, viewsOf, share, least) => {
      let found = 0;
      for (let seed = 0; seed < 40; seed++)
        if ((watch(`young ${name} ${seed}`, viewsOf, share) ?? 0) >= HISTORY) found++;
      expect(found).toBeGreaterThanOrEqual(least);
    },
  );
});
