import { describe, expect, it } from 'vitest';
import { createRandom, type Random } from '../../platform/time/random.ts';
import { adjustedRand, memberValue, segmentMembers, type Member } from './segments.ts';
import { cutTree, wardMerges } from './ward.ts';

describe('Ward', () => {
  it('by hand: 0, 1, 5, 7 join as (0 1) at .5, (5 7) at 2, all at 30.25', () => {
    const merges = wardMerges(Float64Array.of(0, 1, 5, 7), 1);
    expect(merges.map((each) => each.height)).toEqual([0.5, 2, 30.25]);
    expect([...cutTree(merges, 2)]).toEqual([0, 0, 1, 1]);
    expect([...cutTree(merges, 3)]).toEqual([0, 0, 1, 2]);
  });

  it('heights sum to the whole sum of squares, whatever the order of the points', () => {
    const random = createRandom(2);
    const points = Float64Array.from({ length: 90 }, () => random.normal());
    const heights = (p: Float64Array): number => wardMerges(p, 3).reduce((sum, each) => sum + each.height, 0);
    let whole = 0;
    for (let d = 0; d < 3; d++) {
      const column = [...points].filter((_, i) => i % 3 === d);
      const mean = column.reduce((a, b) => a + b, 0) / column.length;
      whole += column.reduce((sum, each) => sum + (each - mean) ** 2, 0);
    }
    expect(heights(points)).toBeCloseTo(whole, 9);
    const turned = Float64Array.from(points, (_, i) => points[(29 - Math.floor(i / 3)) * 3 + (i % 3)] ?? 0);
    expect(heights(turned)).toBeCloseTo(whole, 9);
  });
});

const near = (random: Random, at: number): number => Math.exp(at + 0.15 * random.normal());

describe('segments', () => {
  const random = createRandom(4);
  const truth = Int32Array.from({ length: 900 }, (_, i) => i % 3);
  const members: Member[] = Array.from(truth, (kind) => ({
    engagement: near(random, [0, 3, 3][kind] ?? 0),
    monetization: near(random, [0, 0, 4][kind] ?? 0),
    loyalty: near(random, [0, 2, 2][kind] ?? 0),
  }));
  const found = segmentMembers(members, createRandom(1));

  it('are found where they are, in the right number, stable and named', () => {
    expect(found.segments).toHaveLength(3);
    expect(adjustedRand(found.of, truth)).toBeGreaterThan(0.97);
    expect(found.stability).toBeGreaterThan(0.95);
    expect(found.segments.map((each) => each.name)).toContain('very active, high-paying, loyal');
    expect(found.segments.reduce((sum, each) => sum + each.members, 0)).toBe(900);
  });

  it('are the same for the same seed and whatever the units', () => {
    expect(segmentMembers(members, createRandom(1))).toEqual(found);
    const scaled = members.map((each) => ({ ...each, monetization: 100 * each.monetization }));
    expect([...segmentMembers(scaled, createRandom(1)).of]).toEqual([...found.of]);
  });

  it('everyone alike is one segment; too few or not finite is refused', () => {
    const same = Array.from({ length: 50 }, () => ({ engagement: 1, monetization: 1, loyalty: 1 }));
    expect(segmentMembers(same, createRandom(1))).toMatchObject({
      isOne: true,
      segments: [{ name: 'average', members: 50 }],
    });
    expect(() => segmentMembers(same.slice(0, 5), createRandom(1))).toThrow(/20 members/);
    expect(() =>
      segmentMembers([...same, { engagement: Number.NaN, monetization: 1, loyalty: 1 }], createRandom(1)),
    ).toThrow(/finite/);
  });

  it('agreement: same partition 1, by hand .2424', () => {
    expect(adjustedRand(Int32Array.of(0, 0, 1, 1), Int32Array.of(5, 5, 2, 2))).toBe(1);
    // Hubert & Arabie's index for {1,1,1,2,2,2} against {1,1,2,2,3,3}: (2 − 1.2)/(4.5 − 1.2).
    expect(adjustedRand(Int32Array.of(1, 1, 1, 2, 2, 2), Int32Array.of(1, 1, 2, 2, 3, 3))).toBeCloseTo(
      0.8 / 3.3,
      12,
    );
  });

  it('the weights of the seeds', () => {
    expect(memberValue(1, 0.5, 0)).toBeCloseTo(0.55, 12);
  });
});
