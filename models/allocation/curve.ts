import type { ResponseCurve } from '../../platform/contracts/allocation.ts';

/** Return of an amount: never falls, convex up to `inflection` and concave after it (one of both may be empty). */
export interface Curve {
  value(x: number): number;
  slope(x: number): number;
  /** Slope of the slope. */
  bend(x: number): number;
  /** The largest amount on the concave part where the slope is `slope` (above 0); Infinity where it never gets so flat. */
  atSlope(slope: number): number;
  /** 0: concave everywhere. Infinity: convex everywhere. */
  readonly inflection: number;
  /** True when it has the same slope everywhere. */
  readonly isLinear: boolean;
}

export function createCurve(spec: ResponseCurve): Curve {
  if (spec.scale === 0) return linear(0);
  switch (spec.type) {
    case 'hill':
      return hill(spec.scale, spec.exponent, spec.half);
    case 'log':
      return logarithm(spec.scale, spec.half);
    case 'power':
      return spec.exponent === 1 ? linear(spec.scale) : power(spec.scale, spec.exponent);
    case 'linear':
      return linear(spec.scale);
    case 'exponential':
      return exponential(spec.scale, spec.half);
  }
}

/** A channel without a curve for a resource: nothing it gets returns anything. */
export const flatCurve: Curve = linear(0);

function linear(scale: number): Curve {
  return {
    value: (x) => scale * x,
    slope: () => scale,
    bend: () => 0,
    atSlope: (slope) => (slope < scale ? Infinity : 0),
    inflection: 0,
    isLinear: true,
  };
}

function logarithm(scale: number, half: number): Curve {
  return {
    value: (x) => scale * Math.log1p(x / half),
    slope: (x) => scale / (x + half),
    bend: (x) => -scale / (x + half) ** 2,
    atSlope: (slope) => Math.max(0, scale / slope - half),
    inflection: 0,
    isLinear: false,
  };
}

function exponential(scale: number, half: number): Curve {
  return {
    value: (x) => -scale * Math.expm1(-x / half),
    slope: (x) => (scale / half) * Math.exp(-x / half),
    bend: (x) => (-scale / half ** 2) * Math.exp(-x / half),
    atSlope: (slope) => Math.max(0, half * Math.log(scale / half / slope)),
    inflection: 0,
    isLinear: false,
  };
}

function power(scale: number, exponent: number): Curve {
  return {
    value: (x) => scale * x ** exponent,
    slope: (x) => scale * exponent * x ** (exponent - 1),
    bend: (x) => scale * exponent * (exponent - 1) * x ** (exponent - 2),
    atSlope: (slope) => (exponent > 1 ? Infinity : (slope / (scale * exponent)) ** (1 / (exponent - 1))),
    inflection: exponent > 1 ? Infinity : 0,
    isLinear: false,
  };
}

function hill(scale: number, exponent: number, half: number): Curve {
  const inflection = exponent > 1 ? half * ((exponent - 1) / (exponent + 1)) ** (1 / exponent) : 0;
  const logScale = Math.log((scale * exponent) / half);
  const value = (x: number): number => (x === 0 ? 0 : scale / (1 + (half / x) ** exponent));
  const slope = (x: number): number => {
    if (x === 0) return exponent === 1 ? scale / half : exponent > 1 ? 0 : Infinity;
    const u = Math.log(x / half);
    return Math.exp(logScale + (exponent - 1) * u - 2 * softplus(exponent * u));
  };
  return {
    value,
    slope,
    bend: (x) => (slope(x) * (exponent - 1 - 2 * exponent * sigmoid(exponent * Math.log(x / half)))) / x,
    atSlope: (slope) => {
      // ln slope is concave in u = ln(x/half) and falls on the concave part; Newton from the right of the root comes down on it
      // without overshooting. Both straight lines the function lies under give a start to the right.
      const target = logScale - Math.log(slope);
      let u = target / (exponent + 1);
      if (exponent < 1) u = Math.min(u, target / (1 - exponent));
      const floor = exponent > 1 ? Math.log(inflection / half) : -Infinity;
      for (let i = 0; i < 64; i++) {
        if (u <= floor) return inflection;
        const z = exponent * u;
        const error = target + (exponent - 1) * u - 2 * softplus(z);
        const fall = 2 * exponent * sigmoid(z) - (exponent - 1);
        const step = error / fall;
        // Close to the inflection the fall vanishes; what is left of it there is the inflection itself.
        if (!(fall > 0) || !Number.isFinite(step)) return inflection;
        u += step;
        if (Math.abs(step) < 1e-15 * (1 + Math.abs(u))) break;
      }
      return Math.max(inflection, half * Math.exp(u));
    },
    inflection,
    isLinear: false,
  };
}

function softplus(z: number): number {
  return z > 0 ? z + Math.log1p(Math.exp(-z)) : Math.log1p(Math.exp(z));
}

function sigmoid(z: number): number {
  return z > 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z));
}
