import { Value } from '@sinclair/typebox/value';
import { AllocationProblem, ResponseCurve } from '../../platform/contracts/allocation.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { createCurve, flatCurve } from './curve.ts';
import type { Box, Part } from './part.ts';

export interface PreparedPart {
  readonly part: Part;
  readonly box: Box;
}

export interface Prepared {
  readonly problem: AllocationProblem;
  readonly parts: readonly PreparedPart[];
  readonly notes: readonly string[];
}

/** Sums of many lower limits may miss the total they are meant to meet by rounding. */
const TOLERANCE = 1e-12;

/**
 * Reads a problem into curves and limits. Throws ALLOCATION_INVALID naming every fault of form, and ALLOCATION_CONTRADICTORY naming
 * every set of constraints that cannot hold together.
 */
export function prepare(input: unknown): Prepared {
  const problem = parseProblem(input);
  const notes: string[] = [];
  const contradictions: string[] = [];
  const groups = [...new Set(problem.channels.flatMap((each) => each.group ?? []))];
  const parts = problem.resources.map((resource) => {
    const members = groups.map((group) =>
      Int32Array.from(problem.channels.flatMap((each, i) => (each.group === group ? [i] : []))),
    );
    const groupOf = Int32Array.from(problem.channels, (each) =>
      each.group === undefined ? -1 : groups.indexOf(each.group),
    );
    const hasCaps = problem.maxGroupShare !== undefined && problem.maxGroupShare < 1;
    const part: Part = {
      curves: problem.channels.map((each) => {
        const spec = each.curves[resource.id];
        return spec === undefined ? flatCurve : createCurve(spec);
      }),
      total: resource.total,
      groupOf: hasCaps ? groupOf : groupOf.fill(-1),
      caps: new Float64Array(hasCaps ? groups.length : 0).fill((problem.maxGroupShare ?? 1) * resource.total),
      members: hasCaps ? members : [],
      step: resource.step ?? 0,
      shift: undefined,
    };
    const box = limitsOf(problem, resource, contradictions, notes);
    checkReturns(problem, resource.id, part, box);
    if (contradictions.length === 0) checkSums(part, box, resource.id, groups, problem, contradictions);
    return { part, box };
  });
  if (contradictions.length > 0)
    throw new WeirError('ALLOCATION_CONTRADICTORY', `no allocation meets: ${contradictions.join('; ')}`, {
      details: { contradictions },
    });
  return { problem, parts, notes };
}

/** A return beyond this leaves no digits for a bound to be compared in, and then none at all. */
const MOST_RETURNED = 1e30;

function checkReturns(problem: AllocationProblem, resource: string, part: Part, { hi }: Box): void {
  const faults = part.curves.flatMap((curve, i) => {
    const most = curve.value(hi[i] ?? 0);
    return most <= MOST_RETURNED
      ? []
      : [
          `/channels/${i}/curves/${resource}: returns ${most} at ${hi[i] ?? 0}, the most ${problem.channels[i]?.id ?? ''} may get; a return may be ${MOST_RETURNED} at most, so lower its scale, exponent or bounds`,
        ];
  });
  if (faults.length > 0) throw invalid(faults.slice(0, 20));
}

function parseProblem(input: unknown): AllocationProblem {
  const faults: string[] = [];
  if (!Value.Check(AllocationProblem, input)) {
    for (const error of Value.Errors(AllocationProblem, input)) {
      if (faults.length === 20) break;
      if (/^\/channels\/\d+\/curves\/[^/]*$/.test(error.path))
        faults.push(...curveFaults(error.path, error.value));
      else
        faults.push(
          `${error.path === '' ? 'the problem' : error.path}: ${describe(error.message, error.value)}`,
        );
    }
    throw invalid(faults.length > 0 ? faults : ['the problem has not the form of an allocation problem']);
  }
  const problem = input;
  const resources = new Set(problem.resources.map((each) => each.id));
  if (resources.size < problem.resources.length) faults.push('/resources: ids are not unique');
  if (new Set(problem.channels.map((each) => each.id)).size < problem.channels.length)
    faults.push('/channels: ids are not unique');
  for (const [i, channel] of problem.channels.entries()) {
    for (const field of ['curves', 'bounds', 'current', 'ramp'] as const) {
      for (const id of Object.keys(channel[field] ?? {})) {
        if (!resources.has(id)) faults.push(`/channels/${i}/${field}: there is no resource "${id}"`);
      }
    }
    for (const id of Object.keys(channel.ramp ?? {})) {
      if (channel.current?.[id] === undefined)
        faults.push(`/channels/${i}/ramp/${id}: a ramp needs the current amount`);
    }
  }
  if (problem.risk !== undefined) checkCovariance(problem.risk.cov, problem.channels.length, faults);
  if (faults.length > 0) throw invalid(faults);
  return problem;
}

/** What is wrong with a curve: of the type it names, field by field. */
function curveFaults(path: string, value: unknown): string[] {
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
  const schema = ResponseCurve.anyOf.find((each) => each.properties.type.const === type);
  if (schema === undefined)
    return [
      `${path}/type: must be one of ${ResponseCurve.anyOf.map((each) => each.properties.type.const).join(', ')}`,
    ];
  return [...Value.Errors(schema, value)].map(
    (error) => `${path}${error.path}: ${describe(error.message, error.value)}`,
  );
}

function describe(message: string, value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return `${value} is no amount`;
  return `${message}${value === null ? ' (null: NaN and Infinity have no place in JSON)' : ''}`;
}

function invalid(faults: readonly string[]): WeirError {
  return new WeirError('ALLOCATION_INVALID', `the allocation problem is wrong at ${faults.join('; ')}`, {
    details: { faults },
  });
}

/** Symmetric and without a negative eigenvalue: pivots of a Cholesky factorisation that never fall below 0 but for rounding. */
function checkCovariance(cov: readonly (readonly number[])[], n: number, faults: string[]): void {
  if (cov.length !== n || cov.some((row) => row.length !== n)) {
    faults.push(`/risk/cov: must have ${n} rows of ${n} numbers, one for each channel`);
    return;
  }
  const a = cov.map((row) => Float64Array.from(row));
  const at = (i: number, j: number): number => a[i]?.[j] ?? 0;
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, Math.abs(at(i, i)));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      if (Math.abs(at(i, j) - at(j, i)) > 1e-9 * largest) {
        faults.push(`/risk/cov: is not symmetric at ${i}, ${j}`);
        return;
      }
    }
  }
  for (let k = 0; k < n; k++) {
    const pivot = at(k, k);
    const row = a[k];
    const isZero = pivot <= 1e-10 * largest;
    if (
      pivot < -1e-10 * largest ||
      (isZero && row?.some((v, j) => j > k && Math.abs(v) > 1e-5 * largest) === true)
    ) {
      faults.push('/risk/cov: is not positive semidefinite, so it is the covariance of nothing');
      return;
    }
    if (isZero) continue;
    for (let i = k + 1; i < n; i++) {
      const factor = at(i, k) / pivot;
      const target = a[i];
      if (factor === 0 || target === undefined || row === undefined) continue;
      for (let j = k + 1; j < n; j++) target[j] = (target[j] ?? 0) - factor * (row[j] ?? 0);
    }
  }
}

function limitsOf(
  problem: AllocationProblem,
  resource: AllocationProblem['resources'][number],
  contradictions: string[],
  notes: string[],
): Box {
  const { id, total, step = 0, minShare = 0 } = resource;
  const lo = new Float64Array(problem.channels.length);
  const hi = new Float64Array(problem.channels.length);
  for (const [i, channel] of problem.channels.entries()) {
    const where = `${channel.id}, ${id}`;
    const lows: [number, string][] = [[0, '']];
    const highs: [number, string][] = [[total, `total ${total}`]];
    const bounds = channel.bounds?.[id];
    if (bounds !== undefined) {
      lows.push([bounds[0], `floor ${bounds[0]}`]);
      highs.push([bounds[1], `ceiling ${bounds[1]}`]);
    }
    if (minShare > 0) lows.push([minShare * total, `floor of ${minShare} of the total`]);
    const current = channel.current?.[id];
    const ramp = channel.ramp?.[id];
    if (current !== undefined && ramp !== undefined) {
      lows.push([current - ramp, `ramp of ${ramp} down from ${current}`]);
      highs.push([current + ramp, `ramp of ${ramp} up from ${current}`]);
    }
    const [low, lowName] = lows.reduce((a, b) => (b[0] > a[0] ? b : a));
    const [high, highName] = highs.reduce((a, b) => (b[0] < a[0] ? b : a));
    lo[i] = step > 0 ? Math.ceil(low / step - 1e-9) * step : low;
    hi[i] = step > 0 ? Math.floor(high / step + 1e-9) * step : high;
    if (low > high * (1 + TOLERANCE)) contradictions.push(`${where}: ${lowName} is above ${highName}`);
    else if ((lo[i] ?? 0) > (hi[i] ?? 0) * (1 + TOLERANCE))
      contradictions.push(`${where}: no multiple of step ${step} between ${low} and ${high}`);
    else if (low > high) lo[i] = high;
    if (channel.curves[id] === undefined && bounds !== undefined && low > 0)
      notes.push(`${where}: has a floor and no curve, so its floor returns nothing`);
  }
  return { lo, hi };
}

function checkSums(
  part: Part,
  { lo }: Box,
  resource: string,
  groups: readonly string[],
  problem: AllocationProblem,
  contradictions: string[],
): void {
  const all = lo.reduce((sum, each) => sum + each, 0);
  if (all > part.total * (1 + TOLERANCE))
    contradictions.push(
      `${resource}: the floors of all channels sum to ${all}, above the total ${part.total}`,
    );
  for (const [g, members] of part.members.entries()) {
    const floors = members.reduce((sum, i) => sum + (lo[i] ?? 0), 0);
    const cap = part.caps[g] ?? 0;
    if (floors > cap * (1 + TOLERANCE))
      contradictions.push(
        `${resource}: the floors of group "${groups[g] ?? ''}" sum to ${floors}, above its share ${problem.maxGroupShare ?? 1} of the total, ${cap}`,
      );
  }
}
