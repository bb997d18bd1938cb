import { describe, expect, it } from 'vitest';
import type { AllocationAnswer, AllocationPlanRecord } from '../../platform/contracts/allocation-plan.ts';
import { createFakeClock } from '../../platform/time/clock.ts';
import { createRandom } from '../../platform/time/random.ts';
import { channelBases } from '../allocation/basis.ts';
import type { ChannelWeek } from '../allocation/facts.ts';
import { planOf } from './plan-of.ts';
import { noTriggers, stepPlanTriggers } from './plan-triggers.ts';

const WEEK_MS = 604_800_000;
const START_MS = Date.UTC(2026, 0, 5);

/** Bases of three channels whose revenue is `times` what it was. */
function basesAt(nowMs: number, times: number) {
  const weeks = ['a', 'b', 'c'].flatMap((channel, c) =>
    Array.from({ length: 12 }, (_, t): ChannelWeek => ({
      channel,
      weekMs: START_MS + t * WEEK_MS,
      revenue: 100 * (c + 1) * (channel === 'a' ? times : 1),
      promotion: 40,
      production: 60,
      hours: 5,
      views: 1_000,
      isReported: false,
    })),
  );
  const facts = { tenant: 'main', currency: 'USD', nowMs, weeks, streams: [], earned: [], sold: [] };
  return [...channelBases(facts, createRandom('bases'), () => undefined)];
}

const NOW_MS = START_MS + 13 * WEEK_MS;
const [content] = basesAt(NOW_MS, 1);
if (content === undefined) throw new Error('there is no basis');
const answer: AllocationAnswer = await planOf(content, {}, 500, {
  clock: createFakeClock(NOW_MS),
  random: createRandom('plan'),
});
const plan: AllocationPlanRecord = {
  id: 'plan_abcdefgh12345678',
  tenant: 'main',
  name: 'Spring',
  createdAtMs: NOW_MS,
  createdBy: 'u1',
  question: {},
  answer,
};
const laterMs = NOW_MS + WEEK_MS;

describe('triggers of kept plans', () => {
  it('stay quiet while the history reads as it did', () => {
    expect(stepPlanTriggers(noTriggers, [plan], basesAt(laterMs, 1), 'main')).toEqual([noTriggers, []]);
  });

  it('fire once for the channel that answers otherwise, and resolve when it answers as before', () => {
    const [fired, signals] = stepPlanTriggers(noTriggers, [plan], basesAt(laterMs, 0.05), 'main');
    expect(signals).toMatchObject([
      {
        kind: 'forecast',
        state: 'firing',
        revision: 1,
        dims: { channel: 'a' },
        isGood: false,
        link: '/allocation/plans/plan_abcdefgh12345678',
      },
    ]);
    expect(signals[0]?.evidence['observed']).toBeLessThan(Number(signals[0]?.evidence['lower']));
    // A repeat from the same state, as after a crash, tells the same signal.
    const [, repeated] = stepPlanTriggers(noTriggers, [plan], basesAt(laterMs + 1, 0.05), 'main');
    expect(repeated[0]?.id).toBe(signals[0]?.id);
    const [still, none] = stepPlanTriggers(fired, [plan], basesAt(laterMs, 0.05), 'main');
    expect([still, none]).toEqual([fired, []]);
    const [after, resolved] = stepPlanTriggers(still, [plan], basesAt(laterMs, 1), 'main');
    expect(resolved).toMatchObject([{ id: signals[0]?.id, state: 'resolved', revision: 2 }]);
    expect(after.firing).toEqual({});
    const [, again] = stepPlanTriggers(after, [plan], basesAt(laterMs, 0.05), 'main');
    expect(again[0]?.id).not.toBe(signals[0]?.id);
  });

  it.each([
    ['a plan that is gone', [], laterMs],
    ['a plan two periods old', [plan], NOW_MS + 61 * 86_400_000],
  ])('resolve with %s', (_what, plans, atMs) => {
    const [fired] = stepPlanTriggers(noTriggers, [plan], basesAt(laterMs, 0.05), 'main');
    const [after, signals] = stepPlanTriggers(fired, plans, basesAt(atMs, 0.05), 'main');
    expect(after.firing).toEqual({});
    expect(signals).toMatchObject([{ state: 'resolved' }]);
  });

  it('say nothing of a channel or resource that is known no more', () => {
    const bases = basesAt(laterMs, 0.05).map((each) => ({
      ...each,
      channels: each.channels.filter(({ id }) => id !== 'a'),
    }));
    expect(stepPlanTriggers(noTriggers, [plan], bases, 'main')).toEqual([noTriggers, []]);
  });
});
