import { createRandom } from '../platform/time/random.ts';
import {
  createDetector,
  encodeDetector,
  stepDetector,
  type DetectorState,
} from '../streams/anomaly/detector.ts';
import { timed, type CoreFigure } from './core-figure.ts';

const SERIES = 2_000;
const POINTS = 500;
const STEP_MS = 300_000;
const DAY_MS = 86_400_000;

/** Detectors of many series side by side, as the watch over every KPI runs them: a new point of each series in turn. */
export function measureAnomalies(): CoreFigure[] {
  const random = createRandom(11);
  const values = Float64Array.from(
    { length: SERIES * POINTS },
    (_, at) =>
      100 * (1.2 + Math.sin((2 * Math.PI * Math.floor(at / SERIES) * STEP_MS) / DAY_MS)) +
      10 * random.normal(),
  );
  const detectors: DetectorState[] = Array.from({ length: SERIES }, () =>
    createDetector({ stepMs: STEP_MS, falseAlarmsPerWeek: 1 }),
  );
  let alarms = 0;
  const { perSecond } = timed(SERIES * POINTS, () => {
    for (let point = 0; point < POINTS; point++) {
      for (let series = 0; series < SERIES; series++) {
        const detector = detectors[series];
        if (detector === undefined) continue;
        const verdict = stepDetector(detector, {
          timeMs: point * STEP_MS,
          value: values[point * SERIES + series],
        });
        if (verdict.isAnomalous) alarms++;
      }
    }
  });
  const [first] = detectors;
  const stored = first === undefined ? 0 : encodeDetector(first).byteLength;
  return [
    {
      name: `anomaly detector, ${SERIES.toLocaleString('en-US')} series of five-minute points (${alarms} anomalous); bytes as stored`,
      perSecond,
      bytesPerKey: stored,
    },
  ];
}
