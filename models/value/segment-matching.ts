import type { Member, Segmentation } from './segments.ts';

/** A segment of the run before. */
export interface FormerSegment {
  readonly id: string;
  readonly name: string;
  readonly members: number;
  readonly ranks: Member;
}

export interface KeptSegment {
  readonly id: string;
  readonly name: string;
  /** Against the run before, by the customers both runs know; null for a segment that is new. */
  readonly before: { readonly members: number; readonly joined: number; readonly left: number } | null;
}

/** Less agreement than this (shared members over all of both) and it is another segment. */
const LEAST_OVERLAP = 0.3;
/** A mean rank that moved further has changed what the segment is, and with it its name. */
const MOVED_RANK = 0.15;

/**
 * Ids and names that hold over time: each segment takes those of the former one it shares most members with, one to one, best agreement
 * first. A name stays until a mean rank has moved by more than .15. `formerOf`: segment of each customer in the run before; undefined for
 * customers it did not know, who say nothing about agreement. `moved`: share of the known who changed their segment.
 */
export function matchSegments(
  current: Segmentation,
  formerOf: readonly (string | undefined)[],
  former: readonly FormerSegment[],
  newId: (k: number) => string,
): { readonly segments: readonly KeptSegment[]; readonly moved: number } {
  const shared = new Map<string, number>();
  const known = new Map<number, number>();
  const formerKnown = new Map<string, number>();
  for (const [i, s] of current.of.entries()) {
    const id = formerOf[i];
    if (id === undefined) continue;
    shared.set(`${s} ${id}`, (shared.get(`${s} ${id}`) ?? 0) + 1);
    known.set(s, (known.get(s) ?? 0) + 1);
    formerKnown.set(id, (formerKnown.get(id) ?? 0) + 1);
  }
  const pairs = current.segments
    .flatMap((_, s) =>
      former.map((segment) => {
        const both = shared.get(`${s} ${segment.id}`) ?? 0;
        const all = (known.get(s) ?? 0) + (formerKnown.get(segment.id) ?? 0) - both;
        return { s, segment, both, overlap: all > 0 ? both / all : 0 };
      }),
    )
    .filter(({ overlap }) => overlap >= LEAST_OVERLAP)
    .toSorted((a, b) => b.overlap - a.overlap || a.s - b.s);
  const taken = new Map<number, (typeof pairs)[number]>();
  const used = new Set<string>();
  for (const pair of pairs) {
    if (taken.has(pair.s) || used.has(pair.segment.id)) continue;
    taken.set(pair.s, pair);
    used.add(pair.segment.id);
  }
  const names = new Set<string>();
  const segments = current.segments.map((segment, s): KeptSegment => {
    const pair = taken.get(s);
    const isSame = pair !== undefined && isNear(pair.segment.ranks, segment.ranks);
    const name = unused(isSame ? pair.segment.name : segment.name, names);
    if (pair === undefined) return { id: newId(s), name, before: null };
    return {
      id: pair.segment.id,
      name,
      before: {
        members: pair.segment.members,
        joined: (known.get(s) ?? 0) - pair.both,
        left: (formerKnown.get(pair.segment.id) ?? 0) - pair.both,
      },
    };
  });
  const all = [...known.values()].reduce((sum, each) => sum + each, 0);
  const stayed = [...taken.values()].reduce((sum, { both }) => sum + both, 0);
  return { segments, moved: all === 0 ? 0 : (all - stayed) / all };
}

function isNear(a: Member, b: Member): boolean {
  return (
    Math.abs(a.engagement - b.engagement) <= MOVED_RANK &&
    Math.abs(a.monetization - b.monetization) <= MOVED_RANK &&
    Math.abs(a.loyalty - b.loyalty) <= MOVED_RANK
  );
}

/** A name nobody has; beyond the first it gets a number. */
function unused(name: string, names: Set<string>): string {
  const bare = name.replace(/ \(\d+\)$/, '');
  let found = bare;
  for (let n = 2; names.has(found); n += 1) found = `${bare} (${n})`;
  names.add(found);
  return found;
}
