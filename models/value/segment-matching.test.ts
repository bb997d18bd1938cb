import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../platform/time/random.ts';
import { matchSegments, type FormerSegment } from './segment-matching.ts';
import { segmentMembers, type Member, type Segmentation } from './segments.ts';

const even: Member = { engagement: 0.5, monetization: 0.5, loyalty: 0.5 };

function segmentation(of: readonly number[], names: readonly string[], ranks = even): Segmentation {
  return {
    of: Int32Array.from(of),
    segments: names.map((name, s) => ({
      name,
      members: of.filter((each) => each === s).length,
      means: even,
      ranks,
    })),
    silhouette: 0.5,
    stability: 1,
    isOne: false,
  };
}
const former = (id: string, name: string, ranks = even): FormerSegment => ({ id, name, members: 3, ranks });
const fresh = (k: number): string => `new${k}`;

describe('segments over time', () => {
  it('keep id and name though the clustering numbers and names them otherwise', () => {
    const { moved, segments } = matchSegments(
      segmentation([1, 1, 1, 0, 0, 1], ['loyal', 'new']),
      ['a', 'a', 'a', 'b', 'b', 'b'],
      [former('a', 'very active'), former('b', 'rarely active')],
      fresh,
    );
    expect(segments.map(({ id, name }) => [id, name])).toEqual([
      ['b', 'rarely active'],
      ['a', 'very active'],
    ]);
    expect(segments[1]?.before).toEqual({ members: 3, joined: 1, left: 0 });
    expect(moved).toBeCloseTo(1 / 6, 9);
  });

  it('take a new name when they have become something else, and a new id when others are in them', () => {
    const changed = matchSegments(
      segmentation([0, 0], ['very active'], { ...even, engagement: 0.9 }),
      ['a', 'a'],
      [former('a', 'average')],
      fresh,
    );
    expect(changed.segments[0]).toMatchObject({ id: 'a', name: 'very active' });
    const others = matchSegments(
      segmentation([0, 0, 0, 0], ['loyal']),
      ['a', 'b', 'c', 'd'],
      ['a', 'b', 'c', 'd'].map((id) => former(id, 'loyal')),
      fresh,
    );
    expect(others.segments[0]).toMatchObject({ id: 'new0', before: null });
  });

  it('ids and names are never given twice', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.constantFrom('a', 'b', 'c', undefined)), {
          minLength: 1,
          maxLength: 60,
        }),
        (pairs) => {
          const { moved, segments } = matchSegments(
            segmentation(
              pairs.map(([s]) => s),
              ['loyal', 'loyal', 'new', 'loyal'],
            ),
            pairs.map(([, id]) => id),
            ['a', 'b', 'c'].map((id) => former(id, 'loyal')),
            fresh,
          );
          expect(new Set(segments.map(({ id }) => id)).size).toBe(4);
          expect(new Set(segments.map(({ name }) => name)).size).toBe(4);
          expect(moved).toBeGreaterThanOrEqual(0);
          expect(moved).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('a week on, with everybody a little changed, the same customers are in segments of the same ids', () => {
    const random = createRandom('week');
    const centres = [
      [2, 500, 30],
      [40, 5_000, 400],
      [90, 300, 800],
    ];
    const first = Array.from({ length: 600 }, (_, i): Member => {
      const [e = 0, m = 0, l = 0] = centres[i % 3] ?? [];
      const near = (): number => 0.8 + 0.4 * random.next();
      return { engagement: e * near(), monetization: m * near(), loyalty: l * near() };
    });
    const second = first.map((each) => ({
      engagement: each.engagement * (0.95 + 0.1 * random.next()),
      monetization: each.monetization * (0.95 + 0.1 * random.next()),
      loyalty: each.loyalty + 7,
    }));
    const before = segmentMembers(first, random.fork('a'));
    const after = segmentMembers(second, random.fork('b'));
    const formerSegments = before.segments.map(({ members, name, ranks }, s) => ({
      id: `s${s}`,
      name,
      members,
      ranks,
    }));
    const { moved, segments } = matchSegments(
      after,
      [...before.of].map((s) => `s${s}`),
      formerSegments,
      fresh,
    );
    expect(moved).toBeLessThan(0.02);
    expect(new Set(segments.map(({ id }) => id))).toEqual(new Set(formerSegments.map(({ id }) => id)));
    for (const { id, name } of segments)
      expect(name).toBe(formerSegments.find((each) => each.id === id)?.name);
  });
});
