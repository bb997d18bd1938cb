import { anomalyReasons } from '../../platform/contracts/anomaly.ts';
import { createRandom } from '../../platform/time/random.ts';
import { createDetector, stepDetector } from '../../streams/anomaly/detector.ts';
import { noEpisode, stepEpisode } from '../../streams/anomaly/episode.ts';
import { quietMsOf } from '../../streams/anomaly/verdict.ts';
import type { Kind } from './kinds.ts';
import { HOUR_MS, MINUTE_MS, WEEK_MS } from './networks.ts';

/** How long a series of a grain is watched; minutes are many, so that few weeks tell as much. */
export const WATCHED = {
  '1h': { stepMs: HOUR_MS, weeks: 40, learningWeeks: 2 },
  '1m': { stepMs: MINUTE_MS, weeks: 3, learningWeeks: 1 },
} as const;
export type Grain = keyof typeof WATCHED;

/** False alarms a week of series of one kind after the learning time, for each setting: the mean over the seeds. */
export function alarmsOfKind(
  name: string,
  kind: Kind,
  grain: Grain,
  settings: readonly number[],
  seeds: number,
): readonly number[] {
  const { learningWeeks, stepMs, weeks } = WATCHED[grain];
  return settings.map((falseAlarmsPerWeek) => {
    let alarms = 0;
    for (let seed = 1; seed <= seeds; seed++) {
      const valueAt = kind(createRandom(`${name}/${seed}`));
      const detector = createDetector({ stepMs, falseAlarmsPerWeek, alarmReasons: anomalyReasons });
      let episode = noEpisode;
      const quietMs = quietMsOf(stepMs, falseAlarmsPerWeek);
      for (let timeMs = 0; timeMs < weeks * WEEK_MS; timeMs += stepMs) {
        const point = { timeMs, value: valueAt(timeMs) };
        const [next, changes] = stepEpisode(episode, point, stepDetector(detector, point), { quietMs });
        episode = next;
        if (timeMs < learningWeeks * WEEK_MS) continue;
        for (const { kind: change } of changes) if (change === 'opened') alarms++;
      }
    }
    return alarms / seeds / (weeks - learningWeeks);
  });
}
