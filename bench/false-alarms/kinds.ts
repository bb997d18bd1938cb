import type { Random } from '../../platform/time/random.ts';
import { HOUR_MS, WEEK_MS } from './networks.ts';

/** A series with nothing wrong: the value at a time; undefined where there is none. Takes its own random numbers. */
export type Kind = (random: Random) => (timeMs: number) => number | undefined;

const DAY_MS = 24 * HOUR_MS;

const daily = (timeMs: number): number => Math.sin((2 * Math.PI * timeMs) / DAY_MS);
const weekly = (timeMs: number): number => (Math.floor(timeMs / DAY_MS) % 7 < 5 ? 1 : 0.55);
/** Most at 20:30, next to nothing before dawn. */
const audience = (timeMs: number): number => {
  const phase = (2 * Math.PI * (timeMs / HOUR_MS - 20.5)) / 24;
  return Math.max(0.01, 1 + 0.8 * Math.cos(phase) + 0.25 * Math.cos(2 * phase + 0.6));
};
const studentT = (r: Random, degrees: number): number => {
  let square = 0;
  for (let i = 0; i < degrees; i++) square += r.normal() ** 2;
  return r.normal() / Math.sqrt(square / degrees);
};
const total = (count: number, draw: () => number): number => {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += draw();
  return sum;
};
const share = (hits: number, of: number, least: number): number | undefined =>
  of < least ? undefined : hits / of;

/** The kinds that were looked at while the method was made and its constants were chosen. */
export const knownKinds: Readonly<Record<string, Kind>> = {
  normal: (r) => () => 100 + 10 * r.normal(),
  'Student t, 3 degrees': (r) => () => 100 + 10 * studentT(r, 3),
  'log-normal': (r) => () => Math.exp(3 + 0.8 * r.normal()),
  exponential: (r) => () => r.exponential(1),
  'Weibull 2/3': (r) => () => r.exponential(1) ** 1.5,
  'counts, Poisson 3': (r) => () => r.poisson(3),
  'counts, Poisson 0.3': (r) => () => r.poisson(0.3),
  'counts, Poisson 0.05': (r) => () => r.poisson(0.05),
  'autoregressive 0.9': (r) => {
    let off = 0;
    return () => 50 + (off = 0.9 * off + r.normal());
  },
  'clustered volatility': (r) => {
    let [variance, last] = [1, 0];
    return () => {
      variance = 0.05 + 0.1 * last * last + 0.85 * variance;
      last = Math.sqrt(variance) * r.normal();
      return 100 + 10 * last;
    };
  },
  'daily season': (r) => (t) => 100 + 60 * daily(t) + 10 * r.normal(),
  'counts, day and week': (r) => (t) => r.poisson(20 * (1.2 + daily(t)) * weekly(t)),
  'counts, nothing at night': (r) => (t) => r.poisson(30 * audience(t)),
  'revenue, day and week': (r) => (t) => 1_000 * (1.3 + daily(t)) * weekly(t) * Math.exp(0.1 * r.normal()),
  'revenue, autoregressive': (r) => {
    let off = 0;
    return (t) => 300 * (1.3 + daily(t)) * weekly(t) * Math.exp((off = 0.8 * off + 0.06 * r.normal()));
  },
  'few sales, five prices': (r) => (t) =>
    total(r.poisson(2 * audience(t)), () => r.pick([19, 49, 49, 99, 299])),
  'sales, log-normal amounts': (r) => (t) =>
    total(r.poisson(8 * audience(t)), () => Math.round(100 * Math.exp(3 + r.normal())) / 100),
  'conversion rate': (r) => (t) => {
    const clicks = r.poisson(200 * audience(t));
    return share(r.poisson(0.03 * clicks), clicks, 20);
  },
  'growth 10 % a week': (r) => (t) =>
    100 * Math.exp((0.1 * t) / WEEK_MS) * (1 + 0.4 * daily(t)) * Math.exp(0.05 * r.normal()),
  'trend and season': (r) => (t) => 1_000 + (200 * t) / WEEK_MS + 50 * daily(t) + 20 * r.normal(),
};

/** The kinds that were not: only what is told of these tells what to expect of series not seen. */
export const heldOutKinds: Readonly<Record<string, Kind>> = {
  Gumbel: (r) => () => 100 - 10 * Math.log(r.exponential(1)),
  'Student t, 5 degrees, daily season': (r) => (t) => 200 + 100 * daily(t) + 10 * studentT(r, 5),
  'one in 50 five times as wide': (r) => () => 100 + (r.next() < 0.02 ? 50 : 10) * r.normal(),
  'gamma, audience': (r) => (t) => audience(t) * total(4, () => r.exponential(1)),
  'counts, Poisson 1 at its height': (r) => (t) => r.poisson(0.45 * audience(t)),
  'counts, bursts of calm and storm': (r) => {
    let isStorm = false;
    return () => {
      if (r.next() < (isStorm ? 0.2 : 0.02)) isStorm = !isStorm;
      return r.poisson(isStorm ? 12 : 4);
    };
  },
  'money, Pareto amounts': (r) => (t) =>
    total(r.poisson(5 * audience(t)), () => Math.round(1_000 * (1 - r.next()) ** (-1 / 2.5)) / 100),
  'success rate near 1': (r) => (t) => {
    const calls = r.poisson(300 * audience(t));
    return share(calls - r.poisson(0.01 * calls), calls, 30);
  },
  'ratio of two amounts': (r) => (t) => {
    const cost = total(r.poisson(10 * audience(t)), () => r.exponential(1));
    return cost < 1 ? undefined : total(r.poisson(20 * audience(t)), () => r.exponential(1)) / cost;
  },
  'slowly wandering, 0.99': (r) => {
    let off = 0;
    return () => 500 + (off = 0.99 * off + r.normal());
  },
  'growth 20 % a week, counts': (r) => (t) =>
    r.poisson(10 * Math.exp((0.2 * (t % (20 * WEEK_MS))) / WEEK_MS) * (1.2 + daily(t))),
  'decline, week season': (r) => (t) =>
    5_000 * Math.exp((-0.05 * t) / WEEK_MS) * weekly(t) * Math.exp(0.08 * r.normal()),
};
