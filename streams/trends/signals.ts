import type { Signal } from '../../platform/contracts/signal.ts';
import type { Trend } from '../../platform/contracts/trend.ts';
import type { Episode } from './episode.ts';
import type { Evaluation } from './evaluation.ts';

/** A trend is told when it is among the first this many; from then on each of its stages is. */
const TOLD_RANK = 20;
const MAX_ID = 180;
const MAX_KPI = 128;

/** Signals of an evaluation: stages that trends came to. Moves the revisions of their episodes on. */
export function signalsOf(
  tenant: string,
  { atMs, trends, changes }: Evaluation,
  episodes: ReadonlyMap<string, Episode>,
): readonly Signal[] {
  const byKey = new Map(trends.map((trend) => [trend.key, trend]));
  const changed = new Set(changes.map(({ key }) => key));
  const signals: Signal[] = [];
  for (const episode of episodes.values()) {
    const trend = byKey.get(episode.key);
    const isFirst = episode.revision === 0;
    const isTold = isFirst ? trend !== undefined && trend.rank <= TOLD_RANK : changed.has(episode.key);
    if (!isTold || (isFirst && episode.stage === 'dead')) continue;
    episode.revision++;
    signals.push(signalOf(tenant, episode, trend, atMs));
  }
  return signals;
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
    revision: episode.revision,
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
