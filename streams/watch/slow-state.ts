import { decodeDetector, encodeDetector, type DetectorState } from '../anomaly/detector.ts';
import { noEpisode, type EpisodeState } from '../anomaly/episode.ts';
import { normalRule, type RuleState } from './threshold.ts';
import type { Alarm } from './alarm.ts';

/** Windows of the calendar of the tenant's zone. */
export const slowWindows = ['1d', '1mo'] as const;
export type SlowWindow = (typeof slowWindows)[number];

/** Where values come from: the rows of `kpi`, or those of recurring revenue, which are complete at another time. */
export const slowSources = ['rows', 'recurring'] as const;
export type SlowSource = (typeof slowSources)[number];

/** One KPI's total. */
export interface SlowSeries {
  /** Undefined until it was taught from the days before. */
  detector: DetectorState | undefined;
  /** The detector's own time, a day a point whatever the clocks do, and the start of the day it stands for. */
  pointMs: number;
  dayMs: number;
  /** Value of that day. */
  last: number | undefined;
  episode: EpisodeState;
  alarm: Alarm | undefined;
  rule: RuleState;
  /** The rule it was last judged by, as text; empty before the first. */
  ruleText: string;
  ruleAlarm: Alarm | undefined;
}

/** All series of one source and window. */
export interface SlowTrack {
  /** Start of the window to be judged next; undefined before the first. */
  nextMs: number | undefined;
  /** Event time before which nothing is due, and clock time before which it is not looked again. */
  dueMs: number;
  retryAtMs: number;
  /** Version of the mrr_policy its detectors have learned by; another one makes other figures. */
  policyVersion: number;
  readonly series: Map<string, SlowSeries>;
  /** Weighted means of what the values are made of, by name. */
  readonly usual: Map<string, number>;
}

/** What the watch knows of the days and months of one tenant; mutated by its owner, `slow-watch.ts`. */
export type SlowWatch = Readonly<Record<SlowSource, Readonly<Record<SlowWindow, SlowTrack>>>>;

export function createSlowWatch(): SlowWatch {
  return {
    rows: { '1d': newTrack(), '1mo': newTrack() },
    recurring: { '1d': newTrack(), '1mo': newTrack() },
  };
}

export function newSlowSeries(): SlowSeries {
  return {
    detector: undefined,
    pointMs: 0,
    dayMs: 0,
    last: undefined,
    episode: noEpisode,
    alarm: undefined,
    rule: normalRule,
    ruleText: '',
    ruleAlarm: undefined,
  };
}

function newTrack(): SlowTrack {
  return {
    nextMs: undefined,
    dueMs: Number.NEGATIVE_INFINITY,
    retryAtMs: Number.NEGATIVE_INFINITY,
    policyVersion: -1,
    series: new Map(),
    usual: new Map(),
  };
}

type SeriesImage = Omit<SlowSeries, 'detector'> & { readonly detector: Uint8Array | undefined };
/** Part of a tenant's image; images of former versions have none. */
export type SlowImage = readonly (Omit<SlowTrack, 'series'> & {
  readonly source: SlowSource;
  readonly window: SlowWindow;
  readonly series: [string, SeriesImage][];
})[];

export function encodeSlow(slow: SlowWatch): SlowImage {
  return slowSources.flatMap((source) =>
    slowWindows.map((window) => {
      const track = slow[source][window];
      const series = [...track.series].map(([kpi, each]): [string, SeriesImage] => [
        kpi,
        { ...each, detector: each.detector === undefined ? undefined : encodeDetector(each.detector) },
      ]);
      return { ...track, source, window, series };
    }),
  );
}

/** A detector that cannot be read is taught anew. */
export function decodeSlow(image: SlowImage | undefined): SlowWatch {
  const slow = createSlowWatch();
  for (const { source, window, series, ...rest } of image ?? []) {
    const track = Object.assign(slow[source][window], rest);
    for (const [kpi, { detector, ...others }] of series)
      track.series.set(kpi, {
        ...others,
        detector: detector === undefined ? undefined : decodeDetector(detector),
      });
  }
  return slow;
}
