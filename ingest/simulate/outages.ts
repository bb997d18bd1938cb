import { createRandom } from '../../platform/time/random.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Parts of the platform whose up time is reported. */
export const components = ['delivery', 'player', 'uploads'] as const;
export type Component = (typeof components)[number];

export interface Outage {
  readonly component: Component;
  /** Whole minutes. */
  readonly startMs: number;
  readonly endMs: number;
  /** Share of the views that is lost meanwhile; uploads cost none. */
  readonly viewsLost: number;
}

const outagesPerDay = 0.7;

/** Outages that begin in [fromMs, toMs), as a function of the seed and the day. */
export function outagesBetween(seed: string, fromMs: number, toMs: number): readonly Outage[] {
  const found: Outage[] = [];
  for (let day = Math.floor(fromMs / DAY_MS); day * DAY_MS < toMs; day += 1) {
    found.push(...outagesOfDay(seed, day).filter((each) => each.startMs >= fromMs && each.startMs < toMs));
  }
  return found;
}

/** How long a component was up within [fromMs, toMs). */
export function upMs(outages: readonly Outage[], component: Component, fromMs: number, toMs: number): number {
  let downMs = 0;
  for (const outage of outages) if (outage.component === component) downMs += overlapMs(outage, fromMs, toMs);
  return Math.max(0, toMs - fromMs - downMs);
}

/** Share of the views that come through in [fromMs, toMs), averaged over it. */
export function viewsThrough(outages: readonly Outage[], fromMs: number, toMs: number): number {
  let through = 1;
  for (const outage of outages) {
    through *= 1 - (outage.viewsLost * overlapMs(outage, fromMs, toMs)) / (toMs - fromMs);
  }
  return through;
}

/** Longest outage there is: how far back to look for one that still lasts. */
export const LONGEST_OUTAGE_MS = 12 * MINUTE_MS;

function outagesOfDay(seed: string, day: number): readonly Outage[] {
  const random = createRandom(`${seed}/outages/${day}`);
  return Array.from({ length: random.poisson(outagesPerDay) }, (): Outage => {
    const component = random.pick(components);
    const startMs = day * DAY_MS + random.int(24 * 60) * MINUTE_MS;
    const endMs = startMs + (2 + random.int(10)) * MINUTE_MS;
    const viewsLost = component === 'uploads' ? 0 : 0.5 + 0.4 * random.next();
    return { component, startMs, endMs, viewsLost };
  });
}

function overlapMs(outage: Outage, fromMs: number, toMs: number): number {
  return Math.max(0, Math.min(outage.endMs, toMs) - Math.max(outage.startMs, fromMs));
}
