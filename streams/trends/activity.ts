import type { TrendSource } from '../../platform/contracts/trend.ts';
import { trendSources } from '../../platform/contracts/trend.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
/** Hours kept one by one: seven sliding days. */
export const HOURS = 168;
/** Days of UTC kept for the baseline: five weeks. */
export const DAYS = 35;
/** Weight of a day in the hours' profile against the day after it: about twenty days count. */
const PROFILE_KEPT = 0.95;
/** Days for which the sources are told apart. */
const SOURCE_DAYS = 4;
const SOURCES = trendSources.length;
/** Of a day's mentions: accounts reached, sum of the sentiments told, how many told one. */
const VOICES = 3;

/**
 * What terms gathered, one slot a term: mentions and views by the hour for a week and by the day for five, mentions by source, and mentions by hour of the day
 * (UTC) of all days up to the day before yesterday, older ones weighing less.
 * Rings in single precision, all slots side by side: 1.8 KB a term. A slot's rings are moved on only when it is touched; hours
 * after its newest read as zero.
 */
export interface Activity {
  slots: number;
  readonly rings: {
    mentions: Float32Array;
    views: Float32Array;
    dayMentions: Float32Array;
    dayViews: Float32Array;
    sources: Float32Array;
    profile: Float32Array;
    voices: Float32Array;
    newestHour: Int32Array;
    newestDay: Int32Array;
  };
}

export function createActivity(slots: number): Activity {
  return { slots, rings: ringsFor(slots) };
}

const DAY_HOURS = 24;
export const BYTES_PER_SLOT = 4 * (2 * HOURS + 2 * DAYS + SOURCE_DAYS * (SOURCES + VOICES) + DAY_HOURS + 2);

const NEVER = -(2 ** 31);

function ringsFor(slots: number): Activity['rings'] {
  return {
    mentions: new Float32Array(slots * HOURS),
    views: new Float32Array(slots * HOURS),
    dayMentions: new Float32Array(slots * DAYS),
    dayViews: new Float32Array(slots * DAYS),
    sources: new Float32Array(slots * SOURCE_DAYS * SOURCES),
    profile: new Float32Array(slots * DAY_HOURS),
    voices: new Float32Array(slots * SOURCE_DAYS * VOICES),
    newestHour: new Int32Array(slots).fill(NEVER),
    newestDay: new Int32Array(slots).fill(NEVER),
  };
}

/** Makes room for more slots; what is held stays. */
export function growActivity(activity: Activity, slots: number): void {
  const larger = ringsFor(slots);
  larger.mentions.set(activity.rings.mentions);
  larger.views.set(activity.rings.views);
  larger.dayMentions.set(activity.rings.dayMentions);
  larger.dayViews.set(activity.rings.dayViews);
  larger.sources.set(activity.rings.sources);
  larger.profile.set(activity.rings.profile);
  larger.voices.set(activity.rings.voices);
  larger.newestHour.set(activity.rings.newestHour);
  larger.newestDay.set(activity.rings.newestDay);
  Object.assign(activity.rings, larger);
  activity.slots = slots;
}

export function clearSlot({ rings }: Activity, slot: number): void {
  rings.mentions.fill(0, slot * HOURS, (slot + 1) * HOURS);
  rings.views.fill(0, slot * HOURS, (slot + 1) * HOURS);
  rings.dayMentions.fill(0, slot * DAYS, (slot + 1) * DAYS);
  rings.dayViews.fill(0, slot * DAYS, (slot + 1) * DAYS);
  rings.sources.fill(0, slot * SOURCE_DAYS * SOURCES, (slot + 1) * SOURCE_DAYS * SOURCES);
  rings.profile.fill(0, slot * DAY_HOURS, (slot + 1) * DAY_HOURS);
  rings.voices.fill(0, slot * SOURCE_DAYS * VOICES, (slot + 1) * SOURCE_DAYS * VOICES);
  rings.newestHour[slot] = NEVER;
  rings.newestDay[slot] = NEVER;
}

/** Adds to an hour. Hours that left the ring count in their day, days that left it nowhere. */
export function addActivity(
  activity: Activity,
  slot: number,
  hour: number,
  added: { readonly mentions?: number; readonly views?: number; readonly source?: TrendSource },
): void {
  const { rings } = activity;
  const { mentions = 0, views = 0, source } = added;
  moveOn(rings, slot, hour);
  if (hour > (rings.newestHour[slot] ?? NEVER) - HOURS) {
    const at = slot * HOURS + modulo(hour, HOURS);
    if (mentions !== 0) rings.mentions[at] = (rings.mentions[at] ?? 0) + mentions;
    if (views !== 0) rings.views[at] = (rings.views[at] ?? 0) + views;
  }
  const day = Math.floor(hour / 24);
  const newestDay = rings.newestDay[slot] ?? NEVER;
  if (day <= newestDay - DAYS) return;
  const dayAt = slot * DAYS + modulo(day, DAYS);
  rings.dayMentions[dayAt] = (rings.dayMentions[dayAt] ?? 0) + mentions;
  rings.dayViews[dayAt] = (rings.dayViews[dayAt] ?? 0) + views;
  if (source === undefined || day <= newestDay - SOURCE_DAYS) return;
  const sourceAt = sourceCell(slot, day, trendSources.indexOf(source));
  rings.sources[sourceAt] = (rings.sources[sourceAt] ?? 0) + mentions;
}

function moveOn(rings: Activity['rings'], slot: number, hour: number): void {
  const newest = rings.newestHour[slot] ?? NEVER;
  if (hour <= newest) return;
  const movedTo = Math.floor(hour / 24);
  if (newest !== NEVER && movedTo > (rings.newestDay[slot] ?? NEVER)) {
    // Before their hours are taken by others, days go into the profile.
    const profile = profileAt(rings, slot, movedTo);
    for (const [h, mentions] of profile.entries()) rings.profile[slot * DAY_HOURS + h] = mentions;
  }
  const from = Math.max(newest + 1, hour - HOURS + 1);
  for (let h = from; h <= hour; h++) {
    rings.mentions[slot * HOURS + modulo(h, HOURS)] = 0;
    rings.views[slot * HOURS + modulo(h, HOURS)] = 0;
  }
  rings.newestHour[slot] = hour;
  const day = movedTo;
  const newestDay = rings.newestDay[slot] ?? NEVER;
  if (day <= newestDay) return;
  for (let d = Math.max(newestDay + 1, day - DAYS + 1); d <= day; d++) {
    rings.dayMentions[slot * DAYS + modulo(d, DAYS)] = 0;
    rings.dayViews[slot * DAYS + modulo(d, DAYS)] = 0;
  }
  for (let d = Math.max(newestDay + 1, day - SOURCE_DAYS + 1); d <= day; d++) {
    for (let source = 0; source < SOURCES; source++) rings.sources[sourceCell(slot, d, source)] = 0;
    rings.voices.fill(0, voiceCell(slot, d), voiceCell(slot, d) + VOICES);
  }
  rings.newestDay[slot] = day;
}

/** Mentions by hour of the day over the days up to the day before yesterday, as of the day `today` (UTC); older days weigh less, about twenty count. */
export function dayProfile({ rings }: Activity, slot: number, today: number): Float64Array {
  return profileAt(rings, slot, today);
}

/** What is kept holds the days up to two before the slot's newest; those that have come in between are still held by the hour. */
function profileAt(rings: Activity['rings'], slot: number, today: number): Float64Array {
  const newestDay = rings.newestDay[slot] ?? NEVER;
  const profile = new Float64Array(DAY_HOURS);
  if (newestDay === NEVER) return profile;
  const newestHour = rings.newestHour[slot] ?? NEVER;
  const aged = PROFILE_KEPT ** Math.max(0, today - newestDay);
  for (let h = 0; h < DAY_HOURS; h++) profile[h] = aged * (rings.profile[slot * DAY_HOURS + h] ?? 0);
  for (let day = newestDay - 1; day <= Math.min(newestDay, today - 2); day++) {
    const weight = PROFILE_KEPT ** (today - 2 - day);
    for (let h = 0; h < DAY_HOURS; h++) {
      const hour = day * 24 + h;
      if (hour > newestHour) break;
      profile[h] = (profile[h] ?? 0) + weight * (rings.mentions[slot * HOURS + modulo(hour, HOURS)] ?? 0);
    }
  }
  return profile;
}

/** Sum over the hours `[fromHour, toHour)`; hours not held count nothing. */
export function sumHours(
  activity: Activity,
  slot: number,
  what: 'mentions' | 'views',
  fromHour: number,
  toHour: number,
): number {
  const ring = activity.rings[what];
  const newest = activity.rings.newestHour[slot] ?? NEVER;
  const from = Math.max(fromHour, newest - HOURS + 1);
  let sum = 0;
  for (let h = from; h < Math.min(toHour, newest + 1); h++) sum += ring[slot * HOURS + modulo(h, HOURS)] ?? 0;
  return sum;
}

/** Sum of a day of UTC (days since 1970); zero when it is not held. */
export function daySum(activity: Activity, slot: number, what: 'mentions' | 'views', day: number): number {
  const newest = activity.rings.newestDay[slot] ?? NEVER;
  if (day > newest || day <= newest - DAYS) return 0;
  const ring = what === 'mentions' ? activity.rings.dayMentions : activity.rings.dayViews;
  return ring[slot * DAYS + modulo(day, DAYS)] ?? 0;
}

/** Mentions by source since the beginning of the day before `day`. */
export function sourceMentions(
  activity: Activity,
  slot: number,
  day: number,
): Readonly<Record<TrendSource, number>> {
  const newest = activity.rings.newestDay[slot] ?? NEVER;
  const sums: Record<TrendSource, number> = { social: 0, search: 0, news: 0, competitor: 0, platform: 0 };
  for (const [index, source] of trendSources.entries())
    for (const d of [day - 1, day])
      if (d <= newest && d > newest - SOURCE_DAYS)
        sums[source] += activity.rings.sources[sourceCell(slot, d, index)] ?? 0;
  return sums;
}

/** How a term is spoken of: accounts reached, and the mean of the sentiments that mentions told (−1 to 1; null when none did), since the beginning of the day before `day`. */
export interface Voice {
  readonly reach: number;
  readonly sentiment: number | null;
  readonly rated: number;
}

/** Adds what a mention said of itself to the day of an hour that is already counted. */
export function addVoice(
  { rings }: Activity,
  slot: number,
  hour: number,
  { reach, sentiment }: { readonly reach: number; readonly sentiment: number | undefined },
): void {
  const day = Math.floor(hour / 24);
  const newestDay = rings.newestDay[slot] ?? NEVER;
  if (day > newestDay || day <= newestDay - SOURCE_DAYS) return;
  const at = voiceCell(slot, day);
  rings.voices[at] = (rings.voices[at] ?? 0) + reach;
  if (sentiment === undefined) return;
  rings.voices[at + 1] = (rings.voices[at + 1] ?? 0) + sentiment;
  rings.voices[at + 2] = (rings.voices[at + 2] ?? 0) + 1;
}

export function voiceOf({ rings }: Activity, slot: number, day: number): Voice {
  const newest = rings.newestDay[slot] ?? NEVER;
  let [reach, sum, rated] = [0, 0, 0];
  for (const d of [day - 1, day]) {
    if (d > newest || d <= newest - SOURCE_DAYS) continue;
    const at = voiceCell(slot, d);
    reach += rings.voices[at] ?? 0;
    sum += rings.voices[at + 1] ?? 0;
    rated += rings.voices[at + 2] ?? 0;
  }
  return { reach, sentiment: rated > 0 ? Math.max(-1, Math.min(1, sum / rated)) : null, rated };
}

function voiceCell(slot: number, day: number): number {
  return (slot * SOURCE_DAYS + modulo(day, SOURCE_DAYS)) * VOICES;
}

/** Mentions of one source on a day of UTC; zero when it is not held. */
export function sourceDay(activity: Activity, slot: number, day: number, source: TrendSource): number {
  const newest = activity.rings.newestDay[slot] ?? NEVER;
  if (day > newest || day <= newest - SOURCE_DAYS) return 0;
  return activity.rings.sources[sourceCell(slot, day, trendSources.indexOf(source))] ?? 0;
}

function sourceCell(slot: number, day: number, source: number): number {
  return (slot * SOURCE_DAYS + modulo(day, SOURCE_DAYS)) * SOURCES + source;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
