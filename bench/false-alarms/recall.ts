import { anomalyReasons } from '../../platform/contracts/anomaly.ts';
import { createRandom } from '../../platform/time/random.ts';
import { createDetector, stepDetector } from '../../streams/anomaly/detector.ts';
import { knownKinds } from './kinds.ts';
import { HOUR_MS, MINUTE_MS, WEEK_MS } from './networks.ts';
import type { Grain } from './series.ts';

interface Injection {
  readonly what: string;
  /** Of what the value would have been. */
  readonly times: number;
  readonly points: Readonly<Record<Grain, number>>;
}

const outage = { '1h': 3, '1m': 15 };
const once = { '1h': 1, '1m': 1 };
const lasting = { '1h': 48, '1m': 48 };

/** What is put in: outages of three hours or a quarter of an hour, single spikes, shifts that last. */
const injections: readonly Injection[] = [
  { what: 'drop by 30 %', times: 0.7, points: outage },
  { what: 'drop by 50 %', times: 0.5, points: outage },
  { what: 'drop by 100 %', times: 0, points: outage },
  { what: 'spike of 2×', times: 2, points: once },
  { what: 'spike of 3×', times: 3, points: once },
  { what: 'spike of 5×', times: 5, points: once },
  { what: 'level 30 % lower', times: 0.7, points: lasting },
  { what: 'level 50 % higher', times: 1.5, points: lasting },
];

const hit = [
  'daily season',
  'counts, day and week',
  'counts, nothing at night',
  'revenue, day and week',
  'revenue, autoregressive',
  'few sales, five prices',
  'sales, log-normal amounts',
  'growth 10 % a week',
];

const RUNS = {
  '1h': { stepMs: HOUR_MS, weeks: 30, fromWeek: 4, everyPoints: 603 },
  '1m': { stepMs: MINUTE_MS, weeks: 3, fromWeek: 0.6, everyPoints: 4_307 },
} as const;

export interface Recall {
  readonly what: string;
  /** Part of the injections that raised an alarm while they lasted or with the point after. */
  readonly found: Readonly<Record<Grain, number>>;
}

/** How many injected anomalies are found at a setting, over eight kinds of series at all times of day. */
export function measureRecall(falseAlarmsPerWeek: number): readonly Recall[] {
  return injections.map((injection) => ({
    what: injection.what,
    found: {
      '1h': foundOf(injection, '1h', falseAlarmsPerWeek),
      '1m': foundOf(injection, '1m', falseAlarmsPerWeek),
    },
  }));
}

function foundOf({ points, times }: Injection, grain: Grain, falseAlarmsPerWeek: number): number {
  const { everyPoints, fromWeek, stepMs, weeks } = RUNS[grain];
  let injected = 0;
  let found = 0;
  for (const name of hit) {
    const valueAt = knownKinds[name]?.(createRandom(`recall/${name}`));
    const detector = createDetector({ stepMs, falseAlarmsPerWeek, alarmReasons: anomalyReasons });
    const first = Math.ceil((fromWeek * WEEK_MS) / stepMs / everyPoints) * everyPoints;
    let isFound = true;
    for (let at = 0; at * stepMs < weeks * WEEK_MS; at++) {
      const since = at < first ? Number.POSITIVE_INFINITY : at % everyPoints;
      if (since === 0) {
        injected++;
        isFound = false;
      }
      const value = valueAt?.(at * stepMs);
      const isHit = since < points[grain];
      const { isAnomalous } = stepDetector(detector, {
        timeMs: at * stepMs,
        value: value === undefined || !isHit ? value : value * times,
      });
      if (isAnomalous && !isFound && since <= points[grain]) {
        isFound = true;
        found++;
      }
    }
  }
  return found / injected;
}
