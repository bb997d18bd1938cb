import { createRandom, type Random } from '../../../platform/time/random.ts';
import { DAY_MS } from '../seasons.ts';
import { createDetector, stepDetector, type DetectorVerdict } from '../detector.ts';
import { noEpisode, stepEpisode, type Episode, type EpisodeState } from '../episode.ts';
import { quietMsOf } from '../verdict.ts';

export const FIVE_MINUTES_MS = 300_000;
export const HOUR_MS = 3_600_000;

/** Series with nothing wrong, by what they are made of. Each takes its own random numbers and the time of the point. */
export const cleanSeries: Readonly<Record<string, (random: Random) => (timeMs: number) => number>> = {
  normal: (r) => () => 100 + 10 * r.normal(),
  'heavy-tailed (Student t, 3 degrees)': (r) => () => {
    const square = (r.normal() ** 2 + r.normal() ** 2 + r.normal() ** 2) / 3;
    return 100 + (10 * r.normal()) / Math.sqrt(square);
  },
  'log-normal': (r) => () => Math.exp(3 + 0.8 * r.normal()),
  exponential: (r) => () => r.exponential(1),
  'counts (Poisson 3)': (r) => () => r.poisson(3),
  'sparse counts (Poisson 0.3)': (r) => () => r.poisson(0.3),
  'slowly wandering (autoregressive 0.9)': (r) => {
    let off = 0;
    return () => 50 + (off = 0.9 * off + r.normal());
  },
  'daily season': (r) => (t) => 100 + 60 * daily(t) + 10 * r.normal(),
  'counts with day and week': (r) => (t) => r.poisson(20 * (1.2 + daily(t)) * weekly(t)),
  'revenue with day and week': (r) => (t) =>
    1_000 * (1.3 + daily(t)) * weekly(t) * Math.exp(0.1 * r.normal()),
};

function daily(timeMs: number): number {
  return Math.sin((2 * Math.PI * timeMs) / DAY_MS);
}

function weekly(timeMs: number): number {
  return Math.floor(timeMs / DAY_MS) % 7 < 5 ? 1 : 0.55;
}

export interface Watched {
  readonly verdicts: readonly DetectorVerdict[];
  readonly episodes: readonly Episode[];
}

/** Runs a detector and its episodes over `count` points; undefined is a missing one. */
export function watch(
  count: number,
  valueAt: (index: number, random: Random) => number | undefined,
  { stepMs = FIVE_MINUTES_MS, falseAlarmsPerWeek = 1, seed = 1 } = {},
): Watched {
  const random = createRandom(seed);
  const detector = createDetector({ stepMs, falseAlarmsPerWeek });
  const episodes: Episode[] = [];
  const verdicts: DetectorVerdict[] = [];
  let state: EpisodeState = noEpisode;
  for (let at = 0; at < count; at++) {
    const point = { timeMs: at * stepMs, value: valueAt(at, random) };
    const verdict = stepDetector(detector, point);
    verdicts.push(verdict);
    const [next, changes] = stepEpisode(state, point, verdict, {
      quietMs: quietMsOf(stepMs, falseAlarmsPerWeek),
    });
    state = next;
    for (const { kind, episode } of changes) if (kind === 'closed') episodes.push(episode);
  }
  if (state.open !== undefined) episodes.push(state.open);
  return { verdicts, episodes };
}
