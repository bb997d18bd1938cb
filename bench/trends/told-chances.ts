import { createBuzz } from '../../ingest/simulate/buzz.ts';
import type { TrendStage } from '../../platform/contracts/trend.ts';
import { evaluateTrends } from '../../streams/trends/evaluate.ts';
import { observe } from '../../streams/trends/observe.ts';
import { createTenantTrends, defaultLimits } from '../../streams/trends/state.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.UTC(2026, 9, 1);
const EVERY_MS = 6 * HOUR_MS;
const WITHIN_MS = 7 * DAY_MS;
const SHOWN = 20;

interface Told {
  readonly atMs: number;
  readonly key: string;
  readonly stage: TrendStage;
  readonly chance: number;
  readonly health: number;
  readonly attention: number;
  /** From here on a peak was ahead. */
  readonly level: number;
}

export interface ToldChances {
  readonly stage: TrendStage;
  readonly told: number;
  /** Mean of the chances of a peak ahead that were told, and the share of those that came. */
  readonly chance: number;
  readonly came: number;
  readonly highestHealth: number;
}

/** What the demo's talk would have been told of its twenty first trends, four times a day, and what came: by stage, after a first `learningDays`. */
export function toldChances(seed: string, days: number, learningDays: number): readonly ToldChances[] {
  const told = tellDays(seed, days);
  const byKey = Map.groupBy(told, ({ key }) => key);
  const fromMs = START_MS + learningDays * DAY_MS;
  const toMs = START_MS + days * DAY_MS - WITHIN_MS;
  const judged = told.flatMap((each) => {
    if (each.atMs < fromMs || each.atMs > toMs || each.level === 0) return [];
    const later = (byKey.get(each.key) ?? []).filter(
      ({ atMs }) => atMs > each.atMs && atMs <= each.atMs + WITHIN_MS,
    );
    return [{ ...each, hasCome: later.some(({ attention }) => attention >= each.level) }];
  });
  return [...Map.groupBy(judged, ({ stage }) => stage)].map(([stage, all]) => ({
    stage,
    told: all.length,
    chance: all.reduce((sum, { chance }) => sum + chance, 0) / all.length,
    came: all.filter(({ hasCome }) => hasCome).length / all.length,
    highestHealth: Math.max(...all.map(({ health }) => health)),
  }));
}

function tellDays(seed: string, days: number): readonly Told[] {
  const buzz = createBuzz({ seed, ratePerSecond: 50 });
  const trends = createTenantTrends('demo', defaultLimits);
  const told: Told[] = [];
  let number = 0;
  for (let fromMs = START_MS; fromMs < START_MS + days * DAY_MS; fromMs += EVERY_MS) {
    for (const { type, atMs, data } of buzz.events(fromMs, fromMs + EVERY_MS))
      observe(trends, {
        tenant: 'demo',
        source: 'demo',
        id: `e${number++}`,
        type,
        eventTimeMs: atMs,
        receivedAtMs: atMs,
        channel: '',
        content: String(data['content_id'] ?? ''),
        data,
      });
    const atMs = fromMs + EVERY_MS;
    for (const trend of evaluateTrends(trends, atMs, defaultLimits.maxEpisodes).trends)
      told.push({
        atMs,
        key: trend.key,
        stage: trend.stage,
        chance: trend.virality,
        health: trend.health,
        attention: trend.attention,
        level: trend.rank > SHOWN ? 0 : Math.max(1, 2 * Math.max(...trend.spark.slice(-3))),
      });
  }
  return told;
}
