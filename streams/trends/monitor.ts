import type { Trend, TrendSource } from '../../platform/contracts/trend.ts';
import { DAY_MS, sourceDay, type Activity, type Voice } from './activity.ts';
import type { Episode } from './followed.ts';

/** Mentions below which a change of them means nothing. */
const SMOOTHING = 2;
/** A quarter of a day must have gone by before a day is compared with the one before. */
const ENOUGH_OF_DAY = 0.25;

/**
 * Doublings a day of what one source says: the present day of UTC, extrapolated, against the day before; early in a day that day against the one before
 * it. Null where the source said nothing on either.
 */
export function sourceVelocity(
  activity: Activity,
  slot: number,
  source: TrendSource,
  nowMs: number,
): number | null {
  const day = Math.floor(nowMs / DAY_MS);
  const share = nowMs / DAY_MS - day;
  const isEarly = share < ENOUGH_OF_DAY;
  const [now, before] = isEarly
    ? [sourceDay(activity, slot, day - 1, source), sourceDay(activity, slot, day - 2, source)]
    : [sourceDay(activity, slot, day, source) / share, sourceDay(activity, slot, day - 1, source)];
  return now + before > 0 ? Math.log2((now + SMOOTHING) / (before + SMOOTHING)) : null;
}

/** How full a trend is of contents: what is lost of the most views a content got in a day. 0 where it has none. */
export function saturationOf(viewsPerContent: number, best: number): number {
  return best > 0 && viewsPerContent > 0 ? Math.max(0, 1 - viewsPerContent / best) : 0;
}

/** From here on a figure asks for something to be done. */
const FALLS_BELOW = -0.5;
const GROWS_ABOVE = 0.5;
const FULL_ABOVE = 0.6;
const BELOW_EXPECTED = 0.6;
const ABOVE_EXPECTED = 1.5;
/** Sentiment, of −1 to 1, of so many mentions at least. */
const AGAINST_BELOW = -0.3;
const FEWEST_RATED = 5;

/** What to change, in words, most pressing first: each follows from a figure that is named in it. */
export function adjustmentsOf(
  { stage }: Pick<Episode, 'stage'>,
  monitor: Omit<Trend['monitor'], 'adjustments'>,
  health: number,
  bestFormat: string | undefined,
  { rated, sentiment }: Pick<Voice, 'rated' | 'sentiment'> = { rated: 0, sentiment: null },
): string[] {
  const { socialVelocity, searchVelocity, saturation, againstExpected } = monitor;
  const words: string[] = [];
  if (health < 0.3) words.push('Health is below 30%: start nothing new, let what is planned run out.');
  else if (health > 0.8) words.push('Health is above 80%: bring forward what is planned, and follow up.');
  if (sentiment !== null && rated >= FEWEST_RATED && sentiment < AGAINST_BELOW)
    words.push(
      `Talk is against it (${sentiment.toFixed(1)} on average of ${rated} mentions): see why before you are seen with it.`,
    );
  if (searchVelocity !== null && searchVelocity > GROWS_ABOVE && (socialVelocity ?? 0) <= 0)
    words.push('Searches grow while talk does not: answer what people look for, with the term in the title.');
  if (socialVelocity !== null && socialVelocity > GROWS_ABOVE && (searchVelocity ?? 0) <= 0)
    words.push('Talk grows before searches do: be early with something short.');
  if (saturation > FULL_ABOVE)
    words.push(
      `A content gets ${Math.round(100 * (1 - saturation))}% of what it got at best: come with another angle or not at all.`,
    );
  if (againstExpected < BELOW_EXPECTED)
    words.push(`Views came to ${Math.round(100 * againstExpected)}% of what was expected: reckon with less.`);
  else if (againstExpected > ABOVE_EXPECTED)
    words.push(
      `Views came to ${Math.round(100 * againstExpected)}% of what was expected: there is room for more.`,
    );
  if (bestFormat !== undefined && stage !== 'dead') words.push(`Best watched of its forms: ${bestFormat}.`);
  if (socialVelocity !== null && socialVelocity < FALLS_BELOW && health >= 0.3)
    words.push('Talk falls off: what is not out tomorrow comes late.');
  return words.slice(0, 4);
}
