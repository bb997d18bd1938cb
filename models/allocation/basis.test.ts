import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../platform/time/clock.ts';
import { createRandom } from '../../platform/time/random.ts';
import { answerAllocation } from './answer.ts';
import { channelBases } from './basis.ts';
import { createCurve } from './curve.ts';
import type { AllocationFacts, ChannelWeek } from './facts.ts';

const WEEK_MS = 604_800_000;
const START_MS = Date.UTC(2024, 0, 1);

function basisOf(spent: Partial<ChannelWeek>, weeks = 12) {
  const rows = ['a', 'b', 'c'].flatMap((channel, c) =>
    Array.from({ length: weeks }, (_, t) => ({
      channel,
      weekMs: START_MS + t * WEEK_MS,
      revenue: 100 * (c + 1),
      promotion: 0,
      production: 0,
      hours: 0,
      views: 1_000,
      isReported: false,
      // Channel c gets nothing of anything.
      ...(channel === 'c' ? {} : spent),
    })),
  );
  const facts: AllocationFacts = {
    tenant: 'main',
    currency: 'USD',
    nowMs: START_MS + 200 * WEEK_MS,
    weeks: rows,
    streams: [],
    earned: [],
    sold: [],
  };
  return channelBases(facts, createRandom('basis'), () => undefined);
}

const answer = async (basis: ReturnType<typeof basisOf>[number]) =>
  await answerAllocation(basis, {}, 200, { clock: createFakeClock(), random: createRandom('answer') });

describe('what is earned now', () => {
  it('is the base and what the curves say of the amounts given now, for every channel', () => {
    for (const basis of basisOf({ promotion: 40, production: 60, hours: 5 })) {
      for (const { base, current, responses, revenue } of basis.channels) {
        const returned = Object.entries(responses).reduce(
          (sum, [resource, { curve }]) => sum + createCurve(curve).value(current[resource] ?? 0),
          0,
        );
        expect(base + returned).toBeCloseTo(revenue, 1);
      }
    }
  });

  it('grows from the revenue there is', async () => {
    const [content] = basisOf({ promotion: 40, production: 60, hours: 5 });
    const plan = await answer(content);
    const revenue = content.channels.reduce((sum, each) => sum + each.revenue, 0);
    const chosen = plan.candidates.find(({ isChosen }) => isChosen);
    expect(plan.growth).toBeCloseTo((plan.base + (chosen?.expected ?? 0)) / revenue - 1, 3);
  });
});

describe('resources that nobody tells of', () => {
  it('are left out, and named', async () => {
    const [content] = basisOf({ promotion: 40, production: 60 });
    expect(content.resources.map(({ id }) => id)).toEqual(['content_budget', 'promotion']);
    expect(content.notes.join('\n')).toContain('what channels get of it now: Production hours');
    const { growth, rows } = await answer(content);
    expect(rows.some(({ resource }) => resource === 'production_hours')).toBe(false);
    expect(growth).not.toBeNull();
  });

  it('where none is told the seeds’ totals stand, and no growth is claimed', async () => {
    const [content, marketing] = basisOf({});
    expect(content.resources).toHaveLength(3);
    for (const basis of [content, marketing]) {
      expect(basis.notes.join('\n')).toMatch(/growth against now is not known/);
      expect((await answer(basis)).growth).toBeNull();
    }
  });
});

describe('limits of a question', () => {
  const [content, marketing] = basisOf({ promotion: 40, production: 60 });
  const ask = async (question: Parameters<typeof answerAllocation>[1], basis = content) =>
    await answerAllocation(basis, question, 100, {
      clock: createFakeClock(),
      random: createRandom('limits'),
    });

  it('no amount moves by more than a share of what it is now', async () => {
    const { rows } = await ask({ maxChange: 0.1 });
    for (const { current, proposed } of rows)
      expect(Math.abs(proposed - current)).toBeLessThanOrEqual(0.1 * current + 1e-6);
    expect(rows.some(({ current, proposed }) => Math.abs(proposed - current) > 0.01)).toBe(true);
  });

  it('whole multiples, and groups under a share of the total', async () => {
    const { resources, rows } = await ask({
      steps: { promotion: 10 },
      groups: { a: 'g', b: 'g' },
      maxGroupShare: 0.5,
    });
    for (const { proposed, resource } of rows)
      if (resource === 'promotion') expect(proposed % 10).toBeCloseTo(0, 9);
    for (const { id, total } of resources) {
      const inGroup = rows.filter((each) => each.resource === id && each.channel !== 'c');
      expect(inGroup.reduce((sum, each) => sum + each.proposed, 0)).toBeLessThanOrEqual(0.5 * total + 1e-6);
    }
  });

  it.each([
    [
      { fixed: { a: { promotion: 3 } }, bounds: { a: { promotion: [1, 2] as [number, number] } } },
      /fixed at 3, outside of its bounds 1 to 2/,
    ],
    [{ steps: { hours: 2 } }, /steps\.hours: there is no such resource/],
    [{ groups: { z: 'g' } }, /groups\.z: there is no such channel/],
    [{ maxGroupShare: 0.5 }, /say with groups/],
    [{ maxChange: 0, totals: { promotion: 1 } }, /ramp|floors/],
  ])('%j is named', async (question, what) => {
    await expect(ask(question)).rejects.toThrow(what);
  });

  it('a channel may be called constructor', async () => {
    const odd = {
      ...marketing,
      channels: marketing.channels.map((each, i) => (i === 0 ? { ...each, id: 'constructor' } : each)),
    };
    const { rows } = await ask({ fixed: { a: { promotion: 3 } }, minShare: 0 }, odd);
    expect(rows.find(({ channel }) => channel === 'constructor')?.isFixed).toBe(false);
  });
});
