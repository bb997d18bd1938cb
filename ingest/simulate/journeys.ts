import { demographicsOf } from './demographics.ts';
import { createRandom, type Random } from '../../platform/time/random.ts';
import { audienceMix, channels, countries } from './network.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Nothing happens in a journey after this. */
export const JOURNEY_LIFE_MS = 31 * DAY_MS;
const journeysPerDayAtRate100 = 60;
const daysKept = 40;

/** Where people come from: how often it is met, and how likely one touch alone leads to a sign-up. The known truth of attribution. */
export const campaigns = [
  { name: 'search', weight: 5, effect: 0.22 },
  { name: 'newsletter', weight: 2, effect: 0.38 },
  { name: 'social', weight: 6, effect: 0.06 },
  { name: 'podcast', weight: 2, effect: 0.15 },
  { name: 'partner', weight: 1, effect: 0.28 },
] as const;

/** Share of those who signed up that is there again `days` later. The known truth of retention. */
export function returnChance(days: number): number {
  return 0.42 * Math.exp(-days / 8) + 0.06;
}

/** Share of those who signed up that pays, and that goes on paying from week to week. */
export const payChance = 0.35;
export const goOnChance = 0.72;
const membershipMinor = [199, 499, 999] as const;

export interface JourneyEvent {
  readonly type: 'page_view' | 'signup' | 'session' | 'membership';
  readonly atMs: number;
  readonly data: Readonly<Record<string, string | number>>;
}

/** Everything people who may become members do, as a function of the seed and the time. */
export interface Journeys {
  /** In [fromMs, toMs), by time. */
  events(fromMs: number, toMs: number): readonly JourneyEvent[];
}

/** The days used last are kept in memory, at most 40. */
export function createJourneys(config: { readonly seed: string; readonly ratePerSecond: number }): Journeys {
  const days = new Map<number, readonly JourneyEvent[]>();
  const dayOf = (day: number): readonly JourneyEvent[] => {
    const known = days.get(day);
    if (known !== undefined) return known;
    const random = createRandom(`${config.seed}/journeys/${day}`);
    const people = random.poisson((journeysPerDayAtRate100 * config.ratePerSecond) / 100);
    const made = Array.from({ length: people }, (_each, i) =>
      journey(random, `member-${day}-${i}`, day * DAY_MS),
    )
      .flat()
      .toSorted((a, b) => a.atMs - b.atMs);
    if (days.size >= daysKept) for (const oldest of [...days.keys()].slice(0, 1)) days.delete(oldest);
    days.set(day, made);
    return made;
  };
  return {
    events: (fromMs, toMs) => {
      const found: JourneyEvent[] = [];
      for (let day = Math.floor((fromMs - JOURNEY_LIFE_MS) / DAY_MS); day * DAY_MS < toMs; day += 1) {
        const events = dayOf(day);
        for (let i = firstFrom(events, fromMs); i < events.length; i += 1) {
          const event = events[i];
          if (event === undefined || event.atMs >= toMs) break;
          found.push(event);
        }
      }
      return found.toSorted((a, b) => a.atMs - b.atMs);
    },
  };
}

/** One person: some touches, perhaps a sign-up, then visits and payments for four weeks. */
function journey(random: Random, user: string, dayMs: number): readonly JourneyEvent[] {
  const channel = random.pick(channels);
  const country = drawCountry(random, audienceMix(channel));
  const who = { user_id: user, channel_id: channel.id, country, ...demographicsOf(user, country) };
  const events: JourneyEvent[] = [];
  let atMs = dayMs + random.int(DAY_MS);
  let missed = 1;
  const touches = Math.min(6, 1 + random.poisson(1.2));
  for (let i = 0; i < touches; i += 1) {
    if (i > 0) atMs += Math.round(random.exponential(1 / (8 * HOUR_MS)));
    const campaign = drawCampaign(random);
    missed *= 1 - campaign.effect;
    events.push({ type: 'page_view', atMs, data: { ...who, name: 'landing', campaign: campaign.name } });
  }
  if (random.next() < missed) return within(events, dayMs);
  const signedUpMs = atMs + 60_000 + Math.round(random.exponential(1 / (20 * 60_000)));
  events.push({ type: 'signup', atMs: signedUpMs, data: { ...who, plan: 'club' } });
  for (let day = 1; day <= 28; day += 1) {
    if (random.next() >= returnChance(day)) continue;
    events.push({
      type: 'session',
      atMs: signedUpMs + day * DAY_MS + Math.round((random.next() - 0.5) * 10 * HOUR_MS),
      data: { ...who, duration_ms: Math.round(random.exponential(1 / (9 * 60_000))) },
    });
  }
  if (random.next() < payChance) {
    const amount_minor = random.pick(membershipMinor);
    let paidMs = signedUpMs + Math.round(random.exponential(1 / (12 * HOUR_MS)));
    do {
      events.push({
        type: 'membership',
        atMs: paidMs,
        data: { ...who, level: 'club', amount_minor, currency: 'USD', stream: 'memberships' },
      });
      paidMs += 7 * DAY_MS;
    } while (random.next() < goOnChance);
  }
  return within(events, dayMs);
}

function within(events: readonly JourneyEvent[], dayMs: number): readonly JourneyEvent[] {
  return events.filter(({ atMs }) => atMs < dayMs + JOURNEY_LIFE_MS);
}

function drawCampaign(random: Random): (typeof campaigns)[number] {
  let left = random.next() * campaigns.reduce((sum, { weight }) => sum + weight, 0);
  for (const campaign of campaigns) {
    left -= campaign.weight;
    if (left < 0) return campaign;
  }
  return campaigns[0];
}

function drawCountry(random: Random, shares: readonly number[]): string {
  let left = random.next();
  for (const [index, share] of shares.entries()) {
    left -= share;
    if (left < 0) return countries[index]?.code ?? 'US';
  }
  return 'US';
}

/** Index of the first event at a time or after it, by halving. */
function firstFrom(events: readonly JourneyEvent[], timeMs: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle]?.atMs ?? 0) < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
