import type { AllocationProblem } from '../../platform/contracts/allocation.ts';
import { branchAndBound, type SearchSettings } from './branch-and-bound.ts';
import { searchPrices, solveDual, type Prices } from './dual.ts';
import { createEnvelope, type Envelope } from './envelope.ts';
import type { Box, Part } from './part.ts';
import type { PreparedPart } from './prepare.ts';
import type { Relaxation } from './relax.ts';

type Risk = NonNullable<AllocationProblem['risk']>;

/** yᵀ·cov·y, y being what each channel gets over all resources. */
export function varianceOf(cov: Risk['cov'] | undefined, amounts: readonly Float64Array[]): number {
  if (cov === undefined) return 0;
  const y = exposureOf(amounts);
  let variance = 0;
  for (const [i, row] of cov.entries()) {
    let sum = 0;
    for (const [j, each] of row.entries()) sum += each * (y[j] ?? 0);
    variance += sum * (y[i] ?? 0);
  }
  return Math.max(0, variance);
}

/** Slope of the penalty by channel: 2·aversion·cov·y. */
export function exposureGradient(
  risk: Risk | undefined,
  amounts: readonly Float64Array[],
): Float64Array | undefined {
  if (risk === undefined || risk.aversion === 0) return undefined;
  const y = exposureOf(amounts);
  return Float64Array.from(risk.cov, (row) => {
    let sum = 0;
    for (const [j, each] of row.entries()) sum += each * (y[j] ?? 0);
    return 2 * risk.aversion * sum;
  });
}

function exposureOf(amounts: readonly Float64Array[]): Float64Array {
  const y = new Float64Array(amounts[0]?.length ?? 0);
  for (const each of amounts) for (const [i, x] of each.entries()) y[i] = (y[i] ?? 0) + x;
  return y;
}

type Hint = readonly { readonly prices: Prices; readonly x: Float64Array }[];

/**
 * Return less aversion·variance. The penalty is convex, so at any point its tangent plane lies under it: with the tangent's slope as a
 * shift of prices, the dual of each resource bounds everything. Each box is relaxed to concave envelopes and solved by majorisation (the
 * penalty's curvature replaced by a larger diagonal one, so that channels separate again) with Nesterov's acceleration.
 */
export function solveWithRisk(
  risk: Risk,
  parts: readonly PreparedPart[],
  settings: SearchSettings,
): { amounts: Float64Array[]; bound: number; nodes: number } {
  const n = risk.cov.length;
  const root: Box = {
    lo: concat(parts.map((each) => each.box.lo)),
    hi: concat(parts.map((each) => each.box.hi)),
  };
  const curvature = majorant(risk, parts.length);
  const relax = (box: Box, hint: Hint | undefined): Relaxation<Hint> | undefined => {
    const pieces = parts.map(({ part }, r) => ({
      part,
      box: { lo: box.lo.subarray(r * n, (r + 1) * n), hi: box.hi.subarray(r * n, (r + 1) * n) },
    }));
    if (pieces.some(({ part, box: inner }) => !hasRoom(part, inner))) return undefined;
    return relaxWithRisk(risk, curvature, pieces, settings.tolerance, hint);
  };
  const found = branchAndBound(root, relax, settings);
  if (found === undefined) throw new RangeError('checked limits have no feasible point');
  const split = (x: Float64Array): Float64Array[] => parts.map((_, r) => x.slice(r * n, (r + 1) * n));
  let amounts = split(found.x);
  if (parts.every(({ part }) => part.step === 0)) {
    // Objectives within the tolerance still leave marginals apart by its root: once more, finer, on the concave parts found.
    const pieces = parts.map((each, r) => concavePart(each, amounts[r] ?? new Float64Array(n)));
    const hint = amounts.map((x, r) => ({ x, prices: noPrices(pieces[r]?.part) }));
    const refined = relaxWithRisk(risk, curvature, pieces, REFINED, hint);
    if (refined.value > found.value) amounts = split(refined.x);
  }
  return { amounts, bound: found.bound, nodes: found.nodes };
}

/**
 * A diagonal above aversion·cov: D = diag(Σ_j |cov_ij|) is one (Gershgorin), and D times the largest eigenvalue of D^−½·cov·D^−½ the
 * smallest of its shape; that by power iteration, and a little more. (Σ_r d_r)² ≤ R Σ d_r² takes care of several resources.
 */
function majorant(risk: Risk, resources: number): Float64Array {
  const n = risk.cov.length;
  const diagonal = Float64Array.from(risk.cov, (row) => row.reduce((sum, each) => sum + Math.abs(each), 0));
  const root = diagonal.map((each) => (each > 0 ? 1 / Math.sqrt(each) : 0));
  let v = Float64Array.from({ length: n }, (_, i) => 1 + (i % 7) / 10);
  let largest = 1;
  for (let round = 0; round < 100; round++) {
    const next = Float64Array.from(risk.cov, (row, i) => {
      let sum = 0;
      for (const [j, each] of row.entries()) sum += each * (root[j] ?? 0) * (v[j] ?? 0);
      return sum * (root[i] ?? 0);
    });
    const size = Math.sqrt(next.reduce((sum, each) => sum + each * each, 0));
    if (!(size > 0)) break;
    largest = size;
    v = next.map((each) => each / size);
  }
  const factor = Math.min(1, 1.02 * largest) * risk.aversion * resources;
  return diagonal.map((each) => each * factor);
}

/** The same resource with channels on their convex part fixed at `x` and the others kept on their concave part. */
function concavePart({ part, box }: PreparedPart, x: Float64Array): PreparedPart {
  const isConvex = (i: number): boolean => (x[i] ?? 0) < (part.curves[i]?.inflection ?? 0);
  return {
    part,
    box: {
      lo: x.map((each, i) =>
        isConvex(i) ? each : Math.max(box.lo[i] ?? 0, part.curves[i]?.inflection ?? 0),
      ),
      hi: x.map((each, i) => (isConvex(i) ? each : (box.hi[i] ?? 0))),
    },
  };
}

function noPrices(part: Part | undefined): Prices {
  return { total: 0, groups: new Float64Array(part?.caps.length ?? 0) };
}

const MAX_ROUNDS = 4_000;
const REFINED = 1e-12;
const CHECK_EVERY = 20;

function relaxWithRisk(
  risk: Risk,
  curvature: Float64Array,
  pieces: readonly PreparedPart[],
  tolerance: number,
  hint: Hint | undefined,
): Relaxation<Hint> {
  const n = risk.cov.length;
  const envelopes = pieces.map(({ part, box }) =>
    part.curves.map((curve, i) => createEnvelope(curve, box.lo[i] ?? 0, box.hi[i] ?? 0)),
  );
  let x: Float64Array[] = pieces.map(({ box }, r) =>
    Float64Array.from({ length: n }, (_, i) => clamp(hint?.[r]?.x[i] ?? 0, box.lo[i] ?? 0, box.hi[i] ?? 0)),
  );
  let prices = pieces.map(({ part }, r) => hint?.[r]?.prices ?? noPrices(part));
  let ahead: Float64Array[] = x;
  let momentum = 1;
  let bound = Infinity;
  const relaxedValue = (amounts: readonly Float64Array[]): number => {
    let value = -risk.aversion * varianceOf(risk.cov, amounts);
    for (const [r, each] of envelopes.entries())
      for (const [i, envelope] of each.entries()) value += envelope.value(amounts[r]?.[i] ?? 0);
    return value;
  };
  let last = -Infinity;
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const gradient = exposureGradient(risk, ahead) ?? new Float64Array(n);
    const steps = pieces.map(({ part }, r) =>
      majorisedStep(
        part,
        envelopes[r] ?? [],
        gradient,
        curvature,
        ahead[r] ?? new Float64Array(n),
        prices[r],
      ),
    );
    const next = steps.map((each) => each.x);
    prices = steps.map((each) => each.prices);
    const value = relaxedValue(next);
    const isRestart = value < last;
    const nextMomentum = isRestart ? 1 : (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
    const factor = isRestart ? 0 : (momentum - 1) / nextMomentum;
    ahead = next.map((each, r) => each.map((v, i) => v + factor * (v - (x[r]?.[i] ?? v))));
    momentum = nextMomentum;
    x = next;
    last = value;
    if (round % CHECK_EVERY !== 0 && round > 3) continue;
    bound = Math.min(bound, tangentBound(risk, pieces, x, prices));
    if (bound - value <= 0.1 * tolerance * Math.abs(value)) break;
  }
  return summarise(risk, pieces, envelopes, x, bound, prices);
}

/** An upper bound on the objective over the box: the penalty replaced by its tangent plane at `x`. */
function tangentBound(
  risk: Risk,
  pieces: readonly PreparedPart[],
  x: readonly Float64Array[],
  prices: readonly Prices[],
): number {
  const shift = exposureGradient(risk, x);
  let bound = risk.aversion * varianceOf(risk.cov, x);
  for (const [r, { part, box }] of pieces.entries())
    bound += solveDual({ ...part, shift, step: 0 }, box, prices[r]).bound;
  return bound;
}

/** argmax Σ envelope(x) − gradientᵀx − Σ curvature (x − at)² within the limits of one resource. */
function majorisedStep(
  part: Part,
  envelopes: readonly Envelope[],
  gradient: Float64Array,
  curvature: Float64Array,
  at: Float64Array,
  hint: Prices | undefined,
): { x: Float64Array; prices: Prices } {
  const respond = (i: number, price: number): number =>
    envelopes[i]?.respond(price + (gradient[i] ?? 0), curvature[i] ?? 0, at[i] ?? 0) ?? 0;
  const { high, groupHigh } = searchPrices(part, respond, hint);
  const x = Float64Array.from({ length: envelopes.length }, (_, i) => {
    const g = part.groupOf[i] ?? -1;
    return respond(i, g < 0 ? high : Math.max(high, groupHigh[g] ?? 0));
  });
  return { x, prices: { total: high, groups: groupHigh } };
}

function summarise(
  risk: Risk,
  pieces: readonly PreparedPart[],
  envelopes: readonly (readonly Envelope[])[],
  x: readonly Float64Array[],
  bound: number,
  prices: readonly Prices[],
): Relaxation<Hint> {
  const n = risk.cov.length;
  const given = x.map((each, r) => {
    const step = pieces[r]?.part.step ?? 0;
    const lo = pieces[r]?.box.lo;
    return step > 0 ? each.map((v, i) => Math.max(lo?.[i] ?? 0, Math.floor(v / step + 1e-9) * step)) : each;
  });
  let value = -risk.aversion * varianceOf(risk.cov, given);
  let deepest = 0;
  let branch: Relaxation<Hint>['branch'];
  for (const [r, { part, box }] of pieces.entries()) {
    for (const [i, curve] of part.curves.entries()) {
      const amount = given[r]?.[i] ?? 0;
      const relaxed = x[r]?.[i] ?? 0;
      const actual = curve.value(amount);
      value += actual;
      const depth = (envelopes[r]?.[i]?.value(relaxed) ?? actual) - actual;
      const range = (box.hi[i] ?? 0) - (box.lo[i] ?? 0);
      if (!(depth > deepest && range > 0)) continue;
      const { step } = part;
      if (step > 0 && amount + step > (box.hi[i] ?? 0) * (1 + 1e-12)) continue;
      deepest = depth;
      // Split where the curves differ, yet never at the very edge.
      const at = clamp(relaxed, (box.lo[i] ?? 0) + 0.05 * range, (box.hi[i] ?? 0) - 0.05 * range);
      branch =
        step > 0
          ? { index: r * n + i, leftHi: amount, rightLo: amount + step }
          : { index: r * n + i, leftHi: at, rightLo: at };
    }
  }
  return {
    bound: Math.max(bound, value),
    x: concat(given),
    value,
    branch: deepest > 1e-12 * Math.abs(value) ? branch : undefined,
    hint: pieces.map((_, r) => ({
      prices: prices[r] ?? noPrices(undefined),
      x: x[r] ?? new Float64Array(n),
    })),
  };
}

function hasRoom(part: Part, box: Box): boolean {
  const fits = (sum: number, limit: number): boolean => sum <= limit * (1 + 1e-12);
  return (
    fits(
      box.lo.reduce((a, b) => a + b, 0),
      part.total,
    ) &&
    part.members.every((members, g) =>
      fits(
        members.reduce((sum, i) => sum + (box.lo[i] ?? 0), 0),
        part.caps[g] ?? 0,
      ),
    )
  );
}

function concat(arrays: readonly Float64Array[]): Float64Array {
  return Float64Array.from(arrays.flatMap((each) => [...each]));
}

function clamp(x: number, lo: number, hi: number): number {
  return x < lo ? lo : x > hi ? hi : x;
}
