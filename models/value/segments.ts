import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Random } from '../../platform/time/random.ts';
import { cutTree, wardMerges } from './ward.ts';

/** A member of the audience or a customer, in any units: dimensions are brought to one scale before they are compared. */
export interface Member {
  readonly engagement: number;
  readonly monetization: number;
  readonly loyalty: number;
}

const dimensions = ['engagement', 'monetization', 'loyalty'] as const;

export interface Segment {
  readonly name: string;
  readonly members: number;
  /** Mean of each dimension in the members' own units. */
  readonly means: Member;
  /** Mean rank of its members among all, 0 to 1, by dimension: what its name is taken from. */
  readonly ranks: Member;
}

export interface Segmentation {
  readonly segments: readonly Segment[];
  /** Segment of each member. */
  readonly of: Int32Array;
  /** Mean silhouette, −1 to 1: how much nearer members are to their own segment than to the next. */
  readonly silhouette: number;
  /** Adjusted Rand index against segmentations of random halves: 1 when they always agree, 0 when as by chance. */
  readonly stability: number;
  /** True when one group describes everyone as well: no split was clear enough. */
  readonly isOne: boolean;
}

const MAX_SEGMENTS = 8;
/** Ward keeps all distances: beyond this a sample is clustered and the others join the nearest centre. */
const SAMPLE = 1_200;
const HALVES = 4;
/** Below it segments are an arrangement, not a finding (Kaufman & Rousseeuw 1990: under .25 no structure). */
const LEAST_SILHOUETTE = 0.25;
/** The segments of before stay as long as others are not clearer by more than this. */
const CLEARER = 0.08;

/**
 * Segments by Ward's clustering, with the count of greatest silhouette, names in words and a measure of how stable they are. Values are taken as
 * asinh of their distance from the median in quartile ranges: close to the median that is linear, far from it logarithmic, so a few very
 * large spenders are no segment of their own each. `former`: segment of each member the last time, −1 where it was not among them; those
 * segments stay, with their centres moved to where their members are now, unless a new arrangement has a silhouette better by .08.
 */
export function segmentMembers(
  members: readonly Member[],
  random: Random,
  former?: Int32Array,
): Segmentation {
  if (members.length < 20)
    throw new WeirError('CHURN_INPUT_INVALID', `segments need 20 members, there are ${members.length}`);
  if (members.some((each) => dimensions.some((name) => !Number.isFinite(each[name]))))
    throw new WeirError('CHURN_INPUT_INVALID', 'engagement, monetization and loyalty must be finite numbers');
  const points = positions(members);
  const rank = ranks(members);
  const sample = draw(members.length, SAMPLE, random);
  const found = keepFormer(cluster(points, sample), points, sample, former);
  if (found.silhouette < LEAST_SILHOUETTE) {
    const of = new Int32Array(members.length);
    return {
      segments: [describe(members, rank, of, 0)],
      of,
      silhouette: found.silhouette,
      stability: 1,
      isOne: true,
    };
  }
  const of = nearest(points, found.centres);
  let stability = 0;
  for (let half = 0; half < HALVES; half++) {
    const chosen = draw(members.length, Math.min(SAMPLE, Math.floor(members.length / 2)), random);
    const again = nearest(points, cluster(points, chosen, found.centres.length).centres);
    stability += adjustedRand(of, again) / HALVES;
  }
  return {
    segments: unique(found.centres.map((_, s) => describe(members, rank, of, s))),
    of,
    silhouette: found.silhouette,
    stability,
    isOne: false,
  };
}

/** Weights of the seeds for what a member is worth: lifetime value .4, engagement .3, influence .3, each a rank from 0 to 1. */
export function memberValue(
  lifetimeValueRank: number,
  engagementRank: number,
  influenceRank: number,
): number {
  return 0.4 * lifetimeValueRank + 0.3 * engagementRank + 0.3 * influenceRank;
}

interface Clustered {
  readonly centres: readonly Float64Array[];
  readonly silhouette: number;
}

function cluster(points: Float64Array, sample: Int32Array, count?: number): Clustered {
  const rows = take(points, [...sample]);
  const merges = wardMerges(rows, 3);
  let best: Clustered | undefined;
  for (let k = count ?? 2; k <= (count ?? MAX_SEGMENTS); k++) {
    const of = cutTree(merges, k);
    const centres = centresOf(rows, of, k);
    const silhouette = simplifiedSilhouette(rows, of, centres);
    if (best === undefined || silhouette > best.silhouette) best = { centres, silhouette };
  }
  if (best === undefined) throw new RangeError('no count was tried');
  return best;
}

/** The segments of before where they describe today's members about as well as what was found anew. */
function keepFormer(
  found: Clustered,
  points: Float64Array,
  sample: Int32Array,
  former: Int32Array | undefined,
): Clustered {
  const known = former === undefined ? [] : [...former.keys()].filter((i) => (former[i] ?? -1) >= 0);
  const ids = [...new Set(known.map((i) => former?.[i] ?? 0))].toSorted((a, b) => a - b);
  if (ids.length < 2) return found;
  const place = new Map(ids.map((id, s) => [id, s]));
  const centres = centresOf(
    take(points, known),
    Int32Array.from(known, (i) => place.get(former?.[i] ?? 0) ?? 0),
    ids.length,
  );
  const rows = take(points, [...sample]);
  const silhouette = simplifiedSilhouette(rows, nearest(rows, centres), centres);
  return silhouette >= Math.max(LEAST_SILHOUETTE, found.silhouette - CLEARER)
    ? { centres, silhouette }
    : found;
}

function take(points: Float64Array, indexes: readonly number[]): Float64Array {
  const rows = new Float64Array(indexes.length * 3);
  for (const [k, i] of indexes.entries())
    for (let d = 0; d < 3; d++) rows[k * 3 + d] = points[i * 3 + d] ?? 0;
  return rows;
}

/** Silhouette by distance to centres instead of to all members (Hruschka et al. 2004). */
function simplifiedSilhouette(rows: Float64Array, of: Int32Array, centres: readonly Float64Array[]): number {
  let sum = 0;
  for (const [i, own] of of.entries()) {
    let near = 0;
    let other = Infinity;
    for (const [s, centre] of centres.entries()) {
      const d = Math.sqrt(squaredDistance(rows, i, centre));
      if (s === own) near = d;
      else if (d < other) other = d;
    }
    sum += Math.max(near, other) > 0 ? (other - near) / Math.max(near, other) : 0;
  }
  return sum / of.length;
}

function centresOf(rows: Float64Array, of: Int32Array, k: number): Float64Array[] {
  const centres = Array.from({ length: k }, () => new Float64Array(3));
  const counts = new Float64Array(k);
  for (const [i, s] of of.entries()) {
    counts[s] = (counts[s] ?? 0) + 1;
    const centre = centres[s];
    if (centre !== undefined)
      for (let d = 0; d < 3; d++) centre[d] = (centre[d] ?? 0) + (rows[i * 3 + d] ?? 0);
  }
  return centres.map((centre, s) => centre.map((each) => each / Math.max(1, counts[s] ?? 1)));
}

function nearest(points: Float64Array, centres: readonly Float64Array[]): Int32Array {
  return Int32Array.from({ length: points.length / 3 }, (_, i) => {
    let best = 0;
    for (let s = 1; s < centres.length; s++)
      if (squaredDistance(points, i, centres[s]) < squaredDistance(points, i, centres[best])) best = s;
    return best;
  });
}

function squaredDistance(rows: Float64Array, i: number, centre: Float64Array | undefined): number {
  let sum = 0;
  for (let d = 0; d < 3; d++) sum += ((rows[i * 3 + d] ?? 0) - (centre?.[d] ?? 0)) ** 2;
  return sum;
}

function positions(members: readonly Member[]): Float64Array {
  const points = new Float64Array(members.length * 3);
  for (const [d, name] of dimensions.entries()) {
    const sorted = Float64Array.from(members, (each) => each[name]).sort();
    const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
    const median = at(0.5);
    const range = at(0.75) - at(0.25) || at(0.95) - at(0.05) || at(1) - at(0) || 1;
    for (const [i, member] of members.entries())
      points[i * 3 + d] = Math.asinh((member[name] - median) / range);
  }
  return points;
}

/** Each dimension as ranks from 0 to 1; equal values share their mean rank. */
function ranks(members: readonly Member[]): Float64Array {
  const n = members.length;
  const points = new Float64Array(n * 3);
  for (const [d, name] of dimensions.entries()) {
    const order = [...members.keys()].sort((a, b) => (members[a]?.[name] ?? 0) - (members[b]?.[name] ?? 0));
    for (let i = 0; i < n;) {
      let j = i;
      while (j < n && members[order[j] ?? 0]?.[name] === members[order[i] ?? 0]?.[name]) j++;
      for (let k = i; k < j; k++) points[(order[k] ?? 0) * 3 + d] = n > 1 ? (i + j - 1) / 2 / (n - 1) : 0;
      i = j;
    }
  }
  return points;
}

/** `count` of 0 to n−1 without repetition, ascending. */
function draw(n: number, count: number, random: Random): Int32Array {
  const all = Int32Array.from({ length: n }, (_, i) => i);
  const taken = Math.min(n, count);
  for (let i = 0; i < taken; i++) {
    const j = i + random.int(n - i);
    const held = all[i] ?? 0;
    all[i] = all[j] ?? 0;
    all[j] = held;
  }
  return all.slice(0, taken).sort();
}

const words: Readonly<Record<keyof Member, readonly [string, string]>> = {
  engagement: ['rarely active', 'very active'],
  monetization: ['low-paying', 'high-paying'],
  loyalty: ['new', 'loyal'],
};

function describe(
  members: readonly Member[],
  rankOf: Float64Array,
  of: Int32Array,
  segment: number,
): Segment {
  const inside = [...of.keys()].filter((i) => of[i] === segment);
  const mean = (value: (i: number) => number): number =>
    inside.reduce((sum, i) => sum + value(i), 0) / Math.max(1, inside.length);
  const means = { engagement: 0, monetization: 0, loyalty: 0 };
  for (const name of dimensions) means[name] = mean((i) => members[i]?.[name] ?? 0);
  const ranked = { engagement: 0, monetization: 0, loyalty: 0 };
  for (const [d, name] of dimensions.entries()) ranked[name] = mean((i) => rankOf[i * 3 + d] ?? 0);
  const said = dimensions.flatMap((name) => {
    const rank = ranked[name];
    return rank < 0.35 ? [words[name][0]] : rank > 0.65 ? [words[name][1]] : [];
  });
  return {
    name: said.length > 0 ? said.join(', ') : 'average',
    members: inside.length,
    means,
    ranks: ranked,
  };
}

/** Names that two segments share get a number. */
function unique(segments: readonly Segment[]): Segment[] {
  const seen = new Map<string, number>();
  return segments.map((each) => {
    const count = (seen.get(each.name) ?? 0) + 1;
    seen.set(each.name, count);
    return count === 1 ? each : { ...each, name: `${each.name} (${count})` };
  });
}

/** Hubert & Arabie 1985. */
export function adjustedRand(a: Int32Array, b: Int32Array): number {
  const pairs = (count: number): number => (count * (count - 1)) / 2;
  const both = new Map<string, number>();
  const left = new Map<number, number>();
  const right = new Map<number, number>();
  for (const [i, x] of a.entries()) {
    const y = b[i] ?? 0;
    both.set(`${x} ${y}`, (both.get(`${x} ${y}`) ?? 0) + 1);
    left.set(x, (left.get(x) ?? 0) + 1);
    right.set(y, (right.get(y) ?? 0) + 1);
  }
  const sum = (counts: Iterable<number>): number =>
    [...counts].reduce((total, each) => total + pairs(each), 0);
  const [together, inA, inB] = [sum(both.values()), sum(left.values()), sum(right.values())];
  const expected = (inA * inB) / Math.max(1, pairs(a.length));
  const most = (inA + inB) / 2;
  return most === expected ? 1 : (together - expected) / (most - expected);
}
