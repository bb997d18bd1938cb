import type { Signal } from '../../platform/contracts/signal.ts';
import type { Trend } from '../../platform/contracts/trend.ts';
import type { Episode } from './followed.ts';
import { bandOf, type HealthBand } from './health.ts';
import type { Evaluation } from './evaluation.ts';

/** A trend is told when it is among the first this many, and either significant or as likely as this to go on. */
const TOLD_RANK = 20;
const TOLD_Q = 0.05;
const TOLD_VIRALITY = 0.15;
const MAX_ID = 180;
const MAX_KPI = 128;

/** Signals of an evaluation: stages that trends came to for the first time. Marks them as told. */
export function signalsOf(
  tenant: string,
  { atMs, trends }: Evaluation,
  episodes: ReadonlyMap<string, Episode>,
): readonly Signal[] {
  const byKey = new Map(trends.map((trend) => [trend.key, trend]));
  const signals: Signal[] = healthSignals(tenant, byKey, episodes, atMs);
  for (const episode of episodes.values()) {
    const trend = byKey.get(episode.key);
    // Nothing new is known of it.
    if (trend?.noDataSinceMs !== undefined) continue;
    if (episode.told.length === 0 ? !isWorthTelling(trend) : episode.told.includes(episode.stage)) continue;
    // What is over is over: a trend that comes back is a new one when its episode has ended.
    if (episode.told.includes('dead')) continue;
    episode.told = [...episode.told, episode.stage];
    signals.push(signalOf(tenant, episode, trend, atMs));
  }
  return signals;
}

/** Bands of health told of one trend: five, as of its stages. */
const MAX_BANDS = 5;

/** Trends that were told and whose health has gone above .8 or below .3, or has come back from there. Marks them as told. */
function healthSignals(
  tenant: string,
  byKey: ReadonlyMap<string, Trend>,
  episodes: ReadonlyMap<string, Episode>,
  atMs: number,
): Signal[] {
  const signals: Signal[] = [];
  for (const episode of episodes.values()) {
    const trend = byKey.get(episode.key);
    if (trend?.noDataSinceMs !== undefined) continue;
    const isDead = episode.stage === 'dead';
    // What is over has no health any more: a band that was told ends with it.
    const band = isDead ? 'middle' : bandOf(trend?.health ?? 0.5, episode.band);
    if (episode.told.length === 0 || band === episode.band || (trend === undefined && !isDead)) continue;
    const before = episode.band;
    episode.band = band;
    // What comes back to the middle ends what was told; what was never told cannot end.
    const ends = band === 'middle' && episode.isBandTold;
    if (!ends && (band === 'middle' || episode.bandsTold >= MAX_BANDS)) continue;
    // A signal is told resolved once: what leaves the middle again is another one.
    if (!episode.isBandTold) episode.bandSpan = episode.bandsTold;
    episode.isBandTold = band !== 'middle';
    episode.bandsTold++;
    const signal = signalOf(tenant, episode, trend, atMs);
    const isOver = band === 'middle';
    signals.push({
      ...signal,
      id: `${signal.id}/health/${episode.bandSpan}`,
      title: `${short(episode.label, 120)} ${isDead ? 'is over' : bandWords[band]}${trend === undefined ? '' : ` (health ${Math.round(100 * trend.health)}%)`}`,
      state: isOver ? 'resolved' : 'firing',
      revision: episode.bandsTold - episode.bandSpan,
      isGood: band === 'up' || (isOver && before === 'down' && !isDead),
      endedAtMs: isOver ? atMs : null,
      evidence: {
        ...signal.evidence,
        band,
        ...(trend === undefined
          ? {}
          : {
              health: trend.health,
              againstExpected: trend.monitor.againstExpected,
              saturation: trend.monitor.saturation,
              adjustments: trend.monitor.adjustments,
            }),
      },
    });
  }
  return signals;
}

const bandWords: Readonly<Record<HealthBand, string>> = {
  up: 'is going up',
  down: 'is going down',
  middle: 'holds again',
};

function isWorthTelling(trend: Trend | undefined): boolean {
  if (trend === undefined || trend.rank > TOLD_RANK || trend.stage === 'dead') return false;
  return trend.evidence.qValue <= TOLD_Q || trend.virality >= TOLD_VIRALITY;
}

function signalOf(tenant: string, episode: Episode, trend: Trend | undefined, atMs: number): Signal {
  const isOver = episode.stage === 'dead';
  return {
    id: `${short(episode.key, MAX_ID - 20)}@${Math.round(episode.onsetMs)}`,
    tenant,
    kind: 'trend',
    kpi: short(episode.key, MAX_KPI),
    title: `${short(episode.label, 120)} is ${words[episode.stage]}`,
    dims: episode.key.startsWith('channel:') ? { channel: episode.key.slice('channel:'.length, 264) } : {},
    window: '24h',
    severity: 'info',
    state: isOver ? 'resolved' : 'firing',
    revision: episode.told.length,
    startedAtMs: Math.round(episode.onsetMs),
    endedAtMs: isOver ? atMs : null,
    evidence: {
      stage: episode.stage,
      atMs,
      ...(trend === undefined
        ? {}
        : {
            rank: trend.rank,
            score: trend.score,
            attention: trend.attention,
            velocity: trend.velocity,
            mentions24h: trend.evidence.mentions24h,
            views24h: trend.evidence.views24h,
            peakExpectedMs: trend.timing.peak.expectedMs,
          }),
    },
    link: `/trends/${encodeURIComponent(short(episode.key, 100))}`,
  };
}

const words: Readonly<Record<Episode['stage'], string>> = {
  emerging: 'emerging',
  rising: 'rising',
  peak: 'at its peak',
  declining: 'declining',
  dead: 'over',
};

/** Cut without leaving half a character. */
function short(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).toWellFormed();
}
