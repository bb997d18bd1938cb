import type { Trend } from '../../platform/contracts/trend.ts';
import type { ChartSpec } from '../ui/chart-spec.ts';

const DAY_MS = 86_400_000;

/** The last seven days of attention and the thirty expected, with the interval that holds four times in five, from an evaluation on. */
export function outlookSpec({ spark, trajectory }: Trend, atMs: number): ChartSpec {
  const past = spark.map((value) => value / 100);
  const none = past.map(() => null);
  // Where what is known ends, what is expected begins: the line and the fan start from there.
  const joined = (line: readonly number[]): (number | null)[] => [
    ...none.slice(1),
    past.at(-1) ?? null,
    ...line.map((value) => value / 100),
  ];
  const days = past.length + trajectory.expected.length;
  const starts = Array.from({ length: days }, (_, i) => atMs + (i - past.length) * DAY_MS);
  return {
    kind: 'lines',
    unit: 'ratio',
    grain: '1d',
    starts,
    endMs: (starts.at(-1) ?? atMs) + DAY_MS,
    completeCount: days,
    series: [
      {
        id: 'known',
        label: 'Share of a day’s attention',
        slot: 1,
        values: [...past, ...trajectory.expected.map(() => null)],
      },
      { id: 'expected', label: 'Expected (est.)', slot: 2, values: joined(trajectory.expected) },
    ],
    band: {
      label: 'four times in five',
      lower: joined(trajectory.low),
      upper: joined(trajectory.high),
    },
  };
}
