import { DAY_MS, daySum, DAYS, HOUR_MS, HOURS, sumHours, type Activity } from './activity.ts';

/** The hours of the day before now are what trends are judged by. */
const JUDGED_HOURS = 24;
/** A silence this many times as long as the longest of the week is a pause; not less than three hours, not more than a day. */
const LONGER_THAN_HABIT = 2;
const LEAST_SILENT_HOURS = 3;
/** Of the days between the first and the last it was heard on; what comes less often is silent by habit. */
const REGULAR_SHARE = 0.5;
/** When this much of a usual day has come in the last 24 hours, they can be judged. */
const COVERED_SHARE = 0.5;

export type Feed = 'views' | 'mentions';

/**
 * The end of the last hour in which a feed that comes regularly was heard of, while it is silent for longer than it ever is, and until half of a usual day
 * has come after that. Undefined while the last 24 hours can be judged. Nothing heard of anything says nothing of any one term: what is measured then is
 * what was known before the silence.
 */
export function pausedSinceMs(totals: Activity, feed: Feed, nowHour: number): number | undefined {
  const today = Math.floor((nowHour - 1) / 24);
  const usual = usualDay(totals, feed, today);
  if (usual === undefined) return undefined;
  const lately = sumHours(totals, 0, feed, nowHour - JUDGED_HOURS, nowHour);
  const { habit, recent, isSilent } = silencesOf(totals, feed, nowHour);
  // Longer than the hours are kept: by the day. What comes back then begins anew.
  if (recent === undefined) return lately > 0 ? undefined : (today - usual.lastBack + 1) * DAY_MS;
  const unusual = Math.min(JUDGED_HOURS, Math.max(LEAST_SILENT_HOURS, LONGER_THAN_HABIT * habit + 1));
  if (recent.hours < unusual || (!isSilent && lately >= COVERED_SHARE * usual.sum)) return undefined;
  return recent.fromHour * HOUR_MS;
}

interface Silence {
  readonly fromHour: number;
  readonly hours: number;
}

/** The longest silence that reaches into the last 24 hours, whether it lasts until now, and the longest of those before; hours. */
function silencesOf(
  totals: Activity,
  feed: Feed,
  nowHour: number,
): { readonly habit: number; readonly recent: Silence | undefined; readonly isSilent: boolean } {
  let habit = 0;
  let lastHeard: number | undefined;
  let recent: Silence | undefined;
  const end = (hour: number): void => {
    if (lastHeard === undefined) return;
    const hours = hour - lastHeard - 1;
    if (hour <= nowHour - JUDGED_HOURS) habit = Math.max(habit, hours);
    else if (hours > (recent?.hours ?? -1)) recent = { fromHour: lastHeard + 1, hours };
  };
  for (let hour = nowHour - HOURS; hour < nowHour; hour++) {
    if (!(sumHours(totals, 0, feed, hour, hour + 1) > 0)) continue;
    end(hour);
    lastHeard = hour;
  }
  const heardUntil = lastHeard;
  end(nowHour);
  return { habit, recent, isSilent: recent !== undefined && recent.fromHour - 1 === heardUntil };
}

/** Mean of the days before today on which a feed was heard of, and how many days ago the last of them was; undefined where it does not come regularly. */
function usualDay(
  totals: Activity,
  feed: Feed,
  today: number,
): { readonly sum: number; readonly lastBack: number } | undefined {
  let sum = 0;
  let heard = 0;
  let lastBack = 0;
  let firstBack = 0;
  for (let back = 1; back < DAYS; back++) {
    const day = daySum(totals, 0, feed, today - back);
    if (!(day > 0)) continue;
    sum += day;
    heard++;
    if (lastBack === 0) lastBack = back;
    firstBack = back;
  }
  if (heard === 0 || heard < REGULAR_SHARE * (firstBack - lastBack + 1)) return undefined;
  return { sum: sum / heard, lastBack };
}

/** Feeds that have paused, by the end of the last hour each was heard of. */
export type Paused = Readonly<Partial<Record<Feed, number>>>;

export function pausedFeeds(totals: Activity, nowMs: number): Paused {
  const nowHour = Math.floor(nowMs / HOUR_MS) + 1;
  const views = pausedSinceMs(totals, 'views', nowHour);
  const mentions = pausedSinceMs(totals, 'mentions', nowHour);
  return { ...(views === undefined ? {} : { views }), ...(mentions === undefined ? {} : { mentions }) };
}

/** Since when a term with this share of mentions in its attention lives on a feed that has paused; undefined while it can be followed. */
export function heldSinceMs(paused: Paused, mentionShare: number): number | undefined {
  return mentionShare >= 0.5 ? paused.mentions : paused.views;
}

/** Since when nothing at all is heard of; undefined while one of the feeds that ever were heard of goes on. */
export function allSilentSinceMs(totals: Activity, paused: Paused): number | undefined {
  const today = totals.rings.newestDay[0] ?? 0;
  const isKnown = (feed: Feed): boolean =>
    Array.from({ length: DAYS }, (_, back) => daySum(totals, 0, feed, today - back)).some((sum) => sum > 0);
  const since = (['views', 'mentions'] as const).filter(isKnown).map((feed) => paused[feed]);
  if (since.length === 0 || since.includes(undefined)) return undefined;
  return Math.max(...since.map((sinceMs) => sinceMs ?? 0));
}
