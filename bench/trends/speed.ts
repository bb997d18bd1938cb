import { evaluateTrends } from '../../streams/trends/evaluate.ts';
import { BYTES_PER_SLOT } from '../../streams/trends/activity.ts';
import { observe, type TrendEvent } from '../../streams/trends/observe.ts';
import { createTenantTrends, defaultLimits } from '../../streams/trends/state.ts';
import { createRandom } from '../../platform/time/random.ts';

export interface TrendSpeed {
  readonly events: number;
  readonly distinctTerms: number;
  readonly eventsPerCoreSecond: number;
  readonly termsPerCoreSecond: number;
  readonly evaluationMs: number;
  readonly heldTerms: number;
  readonly bytesPerHeldTerm: number;
  readonly bytesPerSeenTerm: number;
}

const VOCABULARY = 2_000_000;
const TITLE_WORDS = 6;

/** CPU time of counting titles whose words follow Zipf's law over two million, and of an evaluation with the tables full. */
export function measureTrendSpeed(events: number): TrendSpeed {
  const random = createRandom(7);
  const trends = createTenantTrends('bench', defaultLimits);
  const seen = new Set<number>();
  const made: TrendEvent[] = [];
  for (let i = 0; i < events; i++) {
    const words = Array.from({ length: TITLE_WORDS }, () => {
      // Inverse of the log-uniform distribution: rank r with probability near 1 / r.
      const rank = Math.floor(VOCABULARY ** random.next());
      seen.add(rank);
      return `w${rank.toString(36)}q`;
    });
    made.push(post(i, words.join(' ')));
  }
  const start = process.cpuUsage();
  let terms = 0;
  for (const event of made) {
    observe(trends, event);
    terms += 2 * TITLE_WORDS;
  }
  const counted = process.cpuUsage(start).user / 1e6;
  const before = process.cpuUsage();
  evaluateTrends(trends, trends.newestMs, defaultLimits.maxEpisodes);
  const evaluated = process.cpuUsage(before).user / 1e3;
  const held = trends.terms.slotOf.size;
  const bytes = held * BYTES_PER_SLOT + trends.terms.sketch.cells.byteLength;
  return {
    events,
    distinctTerms: seen.size,
    eventsPerCoreSecond: Math.round(events / counted),
    termsPerCoreSecond: Math.round(terms / counted),
    evaluationMs: evaluated,
    heldTerms: held,
    bytesPerHeldTerm: Math.round(bytes / held),
    bytesPerSeenTerm: Math.round((10 * bytes) / seen.size) / 10,
  };
}

function post(index: number, title: string): TrendEvent {
  const atMs = Date.UTC(2026, 0, 1) + index * 1_000;
  return {
    tenant: 'bench',
    source: 'bench',
    id: `e${index}`,
    type: 'post_published',
    eventTimeMs: atMs,
    receivedAtMs: atMs,
    channel: `c${index % 500}`,
    content: `v${index}`,
    data: { title },
  };
}
