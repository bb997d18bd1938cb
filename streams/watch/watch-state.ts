import { createHash } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import { crc32 } from 'node:zlib';
import type { AlarmWindow } from '../../platform/contracts/alarm-window.ts';
import { watchedWindows, type WatchedRollup, type WatchedWindow } from '../../platform/contracts/anomaly.ts';
import type { Signal } from '../../platform/contracts/signal.ts';
import type { Alarm } from './alarm.ts';
import { decodeDetector, encodeDetector, type DetectorState } from '../anomaly/detector.ts';
import { noEpisode, type EpisodeState } from '../anomaly/episode.ts';
import { noCollapse, type CollapseRun } from './collapse.ts';
import type { HeldBand } from './held-band.ts';
import type { IncidentRoot } from './incident.ts';
import { createSlowWatch, decodeSlow, encodeSlow, type SlowImage, type SlowWatch } from './slow-state.ts';
import { normalRule, type RuleState } from './threshold.ts';

export interface SeriesState {
  detector: DetectorState;
  episode: EpisodeState;
  alarm: Alarm | undefined;
  rule: RuleState;
  ruleAlarm: Alarm | undefined;
  /** End of the last unusual window, and the episode it was part of. */
  unusualUntilMs: number;
  lastAlarmId: string;
  /** Weighted share of the windows that had a value other than 0. */
  density: number;
  /** How often it comes out low, and the evidence that it has collapsed. */
  collapse: CollapseRun;
  /** While an episode is open: the band it left. */
  held: HeldBand | undefined;
  /** Weighted means of numerator and denominator of a ratio over usual windows; NaN before the first. */
  meanNumerator: number;
  meanDenominator: number;
}

export interface WatchedKey {
  readonly rollup: WatchedRollup;
  readonly dim: string;
}

/** All series of one tenant at one grain. */
export interface GrainState {
  /** Start of the window to be judged next; undefined before the first. */
  nextMs: number | undefined;
  /** The total first, then the chosen dimension values. */
  keys: readonly WatchedKey[];
  /** Dimension values that had events and are not watched: there are more than the bound. */
  leftOut: number;
  /** By `seriesKey`. */
  readonly series: Map<string, SeriesState>;
  /** Watches for the feed as a whole: windows without any event. */
  feed: RuleState;
  feedAlarm: Alarm | undefined;
  /** First episodes of incidents, the newest last. */
  roots: readonly IncidentRoot[];
}

/** What was decided and is still to be written; part of the snapshot, so that a crash repeats it as it was. */
export interface Outbox {
  readonly bands: string[];
  readonly anomalies: string[];
  readonly signals: Signal[];
}

export interface TenantWatch {
  readonly tenant: string;
  readonly grains: Readonly<Record<WatchedWindow, GrainState>>;
  /** Days and months. */
  readonly slow: SlowWatch;
  /** Last time the feed was seen to be of the present. */
  liveAtMs: number;
  outbox: Outbox;
}

export const emptyOutbox = (): Outbox => ({ bands: [], anomalies: [], signals: [] });

export const totalKey: WatchedKey = { rollup: 'total', dim: '' };

function newGrain(): GrainState {
  return {
    nextMs: undefined,
    keys: [totalKey],
    leftOut: 0,
    series: new Map(),
    feed: normalRule,
    feedAlarm: undefined,
    roots: [],
  };
}

export function createTenantWatch(tenant: string): TenantWatch {
  return {
    tenant,
    grains: { '1m': newGrain(), '1h': newGrain() },
    slow: createSlowWatch(),
    liveAtMs: Number.NEGATIVE_INFINITY,
    outbox: emptyOutbox(),
  };
}

export function newSeries(detector: DetectorState, window: WatchedWindow): SeriesState {
  return {
    detector,
    episode: noEpisode,
    alarm: undefined,
    rule: normalRule,
    ruleAlarm: undefined,
    unusualUntilMs: Number.NEGATIVE_INFINITY,
    lastAlarmId: '',
    density: 1,
    collapse: noCollapse(window),
    held: undefined,
    meanNumerator: Number.NaN,
    meanDenominator: Number.NaN,
  };
}

export function seriesKey(kpi: string, key: WatchedKey): string {
  return `${kpi}/${key.rollup}/${key.dim}`;
}

/** Id of an episode or a rule's alarm: what, on what, since when; safe in a path whatever the dimension value holds. */
export function alarmId(what: string, window: AlarmWindow, key: WatchedKey, startedMs: number): string {
  const cut =
    key.rollup === 'total'
      ? 'total'
      : `${key.rollup}-${createHash('sha256').update(key.dim).digest('hex').slice(0, 12)}`;
  return `${what}.${window}.${cut}.${startedMs}`;
}

const VERSION = 2;

/** Images of former versions have no `collapse`, no `held` and no `roots`. */
type SeriesImage = Omit<SeriesState, 'detector' | 'collapse' | 'held'> & {
  readonly detector: Uint8Array;
  readonly collapse?: CollapseRun;
  /** Of an older one: runs of nothing alone. */
  readonly dark?: unknown;
  readonly held?: HeldBand | undefined;
};
interface Image {
  readonly version: typeof VERSION;
  readonly tenant: string;
  readonly liveAtMs: number;
  readonly outbox: Outbox;
  readonly slow?: SlowImage;
  readonly grains: readonly (Omit<GrainState, 'series' | 'roots'> & {
    readonly series: [string, SeriesImage][];
    readonly roots?: readonly IncidentRoot[];
  })[];
}

export function encodeTenantWatch(state: TenantWatch): Uint8Array {
  const image: Image = {
    version: VERSION,
    tenant: state.tenant,
    liveAtMs: state.liveAtMs,
    outbox: state.outbox,
    slow: encodeSlow(state.slow),
    grains: watchedWindows.map((window) => {
      const grain = state.grains[window];
      return {
        ...grain,
        series: [...grain.series].map(([key, series]): [string, SeriesImage] => [
          key,
          { ...series, detector: encodeDetector(series.detector) },
        ]),
      };
    }),
  };
  const body = serialize(image);
  const out = Buffer.allocUnsafe(4 + body.length);
  out.writeUInt32LE(crc32(body), 0);
  body.copy(out, 4);
  return out;
}

/** Undefined when damaged or of another version. A series whose detector cannot be read begins anew. */
export function decodeTenantWatch(bytes: Uint8Array): TenantWatch | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < 8 || buffer.readUInt32LE(0) !== crc32(buffer.subarray(4))) return undefined;
  const image: unknown = deserialize(buffer.subarray(4));
  if (!isImage(image)) return undefined;
  const state = { ...createTenantWatch(image.tenant), slow: decodeSlow(image.slow) };
  state.liveAtMs = image.liveAtMs;
  state.outbox = image.outbox;
  for (const [i, window] of watchedWindows.entries()) {
    const from = image.grains[i];
    if (from === undefined) continue;
    const { series, ...rest } = from;
    const grain = Object.assign(state.grains[window], rest);
    for (const [key, { detector, dark: _, ...others }] of series) {
      const decoded = decodeDetector(detector);
      if (decoded !== undefined)
        grain.series.set(key, {
          ...others,
          collapse: others.collapse ?? noCollapse(window),
          held: others.held,
          detector: decoded,
        });
    }
  }
  return state;
}

function isImage(value: unknown): value is Image {
  return (
    typeof value === 'object' &&
    value !== null &&
    'version' in value &&
    value.version === VERSION &&
    'grains' in value &&
    Array.isArray(value.grains)
  );
}
