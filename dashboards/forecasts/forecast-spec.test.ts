import { expect, test } from 'vitest';
import { forecastReply } from '../testing/fixture-forecasts.ts';
import { forecastSpec } from './forecast-spec.ts';

const reply = forecastReply('daily', 'views', '');
if (reply === undefined) throw new Error('the fixture has no views');
const { forecast } = reply;
const DAY_MS = 86_400_000;
const observed = Array.from({ length: 41 }, (_, i) => ({
  windowStartMs: forecast.originMs - (40 - i) * DAY_MS,
  value: 100 + i,
}));

test('history, the running step, then the forecast; past steps hold what was said of them', () => {
  const spec = forecastSpec(reply, observed, 7);
  expect(spec.completeCount).toBe(28);
  expect(spec.starts).toHaveLength(28 + 7);
  expect(spec.starts[28]).toBe(forecast.originMs);
  const [line] = spec.series;
  expect(line?.values[27]).toBe(139);
  expect(line?.values[28]).toBe(140);
  expect(line?.values[29]).toBeNull();
  expect(spec.comparison?.values[28]).toBe(forecast.points[0]);
  expect(spec.comparison?.values[27]).toBe(reply.past.at(-1)?.point);
  expect(spec.comparison?.values[17]).toBeNull();
  expect(spec.band?.upper[27]).toBe(reply.past.at(-1)?.upper95);
  expect(spec.innerBand?.upper[27]).toBeNull();
  expect(spec.innerBand?.upper[34]).toBe(forecast.bands[1]?.upper[6]);
  expect(spec.endMs).toBe(forecast.stepStarts[7]);
});

test('without a history the forecast stands alone; the whole horizon ends where the forecast does', () => {
  const spec = forecastSpec({ forecast, past: [] }, undefined, 90);
  expect(spec.completeCount).toBe(0);
  expect(spec.starts).toEqual(forecast.stepStarts);
  expect(spec.endMs).toBe(forecast.endMs);
  expect(spec.series[0]?.values.every((value) => value === null)).toBe(true);
});
