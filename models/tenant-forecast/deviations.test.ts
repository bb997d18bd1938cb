import { Value } from '@sinclair/typebox/value';
import { describe, expect, it } from 'vitest';
import { Signal } from '../../platform/contracts/signal.ts';
import { stepDeviations, stepMonthEnd, type MonthEnd, type Realised } from './deviations.ts';

const DAY_MS = 86_400_000;
const context = { tenant: 'main', currency: 'USD', grain: 'daily' as const };
const step = (day: number, observed: number): Realised => ({
  series: {
    id: 'views.channel.a',
    kpi: 'views',
    rollup: 'channel',
    dim: 'a',
    title: 'Views of channel a',
    unit: 'count',
  },
  observed,
  said: { targetMs: day * DAY_MS, point: 100, lower95: 80, upper95: 120 },
  stepMs: DAY_MS,
});

describe('deviations from the forecast', () => {
  it('one step outside is chance, two are told, each further one as a revision, the first inside resolves', () => {
    const [firing, signals] = stepDeviations(context, {}, [
      step(1, 10),
      step(2, 20),
      step(3, 30),
      step(4, 100),
    ]);
    expect(signals.map(({ revision, state }) => [revision, state])).toEqual([
      [1, 'firing'],
      [2, 'firing'],
      [3, 'resolved'],
    ]);
    expect(new Set(signals.map(({ id }) => id)).size).toBe(1);
    expect(firing).toEqual({});
    expect(signals[0]).toMatchObject({
      kind: 'forecast',
      dims: { channel: 'a' },
      startedAtMs: DAY_MS,
      evidence: { observed: 20, expected: 100, lower: 80, upper: 120, stepsOutside: 2 },
      link: '/forecasts?fgrain=daily&kpi=views&rollup=channel&dim=a',
      isGood: false,
    });
    for (const signal of signals) expect([...Value.Errors(Signal, signal)]).toEqual([]);
  });

  it('what never was told is not told resolved', () => {
    expect(stepDeviations(context, {}, [step(1, 10), step(2, 100)])).toEqual([{}, []]);
  });

  it('cut into pieces, or repeated after a crash, it tells the same', () => {
    const steps = [step(1, 10), step(2, 20), step(3, 300), step(4, 100), step(5, 10)];
    const [whole, all] = stepDeviations(context, {}, steps);
    for (let cut = 0; cut <= steps.length; cut += 1) {
      const [between, first] = stepDeviations(context, {}, steps.slice(0, cut));
      const [end, second] = stepDeviations(context, between, steps.slice(cut));
      expect([end, [...first, ...second]]).toEqual([whole, all]);
      expect(stepDeviations(context, between, steps.slice(cut))).toEqual([end, second]);
    }
  });
});

describe('the end of the month against its target', () => {
  const month = (soFar: number, upper: number, name = '2026-11'): MonthEnd => ({
    month: name,
    startMs: 0,
    target: 1_000,
    soFar,
    ahead: { point: upper - 50, lower: upper - 100, upper },
    kpi: 'profit',
    title: 'Profit',
    unit: 'currency',
  });

  it('fires when even the upper bound falls short, resolves when the projection reaches it', () => {
    const [one, fired] = stepMonthEnd(context, {}, month(500, 300), 9);
    expect(fired).toMatchObject([
      { id: 'month.profit.2026-11', state: 'firing', revision: 1, evidence: { target: 1_000 } },
    ]);
    // Between: the upper bound reaches it, the projection does not; it stays as it is.
    expect(stepMonthEnd(context, one, month(700, 320), 10)).toEqual([one, []]);
    const [two, resolved] = stepMonthEnd(context, one, month(800, 300), 11);
    expect(resolved).toMatchObject([
      { id: 'month.profit.2026-11', state: 'resolved', revision: 2, endedAtMs: 11 },
    ]);
    expect(two).toEqual({});
    for (const signal of [...fired, ...resolved]) expect([...Value.Errors(Signal, signal)]).toEqual([]);
  });

  it('another month ends what was told of the last one', () => {
    const [one] = stepMonthEnd(context, {}, month(500, 300), 9);
    const [two, signals] = stepMonthEnd(context, one, month(10, 2_000, '2026-12'), 12);
    expect(two).toEqual({});
    expect(signals).toMatchObject([{ id: 'month.profit.2026-11', state: 'resolved' }]);
  });
});
