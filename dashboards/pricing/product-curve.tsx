import type { ReactNode } from 'react';
import type { PriceAnswer } from '../../platform/contracts/pricing.ts';
import { useWorkspace } from '../data/workspace.ts';
import { between } from '../workbench/between.ts';
import { type XyMark, XyPanel } from '../workbench/xy-panel.tsx';
import { type PriceChoice, choose } from './pricing-words.ts';

/** Margin, revenue or volume by price, with its interval and the prices that matter. */
export function Curve({
  answer,
  choice,
  onChange,
}: {
  readonly answer: PriceAnswer;
  readonly choice: PriceChoice;
  readonly onChange: (next: PriceChoice) => void;
}): ReactNode {
  const { format } = useWorkspace();
  const { best, current, objective } = answer;
  const points = answer.curve.map((each) => ({
    x: each.price,
    y: each[objective].expected,
    low: each[objective].low,
    high: each[objective].high,
  }));
  const marks: XyMark[] = [
    { id: 'now', label: 'Now', x: current.price, y: current[objective].expected, tone: 'now' },
    { id: 'best', label: 'Best', x: best.price, y: best[objective].expected, tone: 'proposed' },
    ...(choice.price === undefined
      ? []
      : [
          {
            id: 'asked',
            label: 'Looked at',
            x: choice.price,
            y:
              answer.asked?.price === choice.price
                ? answer.asked[objective].expected
                : between(points, choice.price),
            tone: 'plain' as const,
          },
        ]),
  ];
  const money = (value: number): string => format.value(value, 'currency', 'tile');
  return (
    <XyPanel
      id="price-curve"
      title={`${objective === 'margin' ? 'Margin' : 'Revenue'} a week by price`}
      xTitle="Price"
      yTitle={objective === 'margin' ? 'Margin' : 'Revenue'}
      xText={money}
      yText={money}
      points={points}
      marks={marks}
      band="95% interval: elasticity and weeks"
      onDrag={(x) => onChange(choose(choice, 'price', Math.round(x * 100) / 100))}
    >
      <input
        className="bench-range"
        type="range"
        aria-label="Price to look at"
        min={points[0]?.x ?? 0}
        max={points.at(-1)?.x ?? 1}
        step={((points.at(-1)?.x ?? 1) - (points[0]?.x ?? 0)) / 200 || 0.01}
        value={choice.price ?? best.price}
        aria-valuetext={money(choice.price ?? best.price)}
        onChange={(event) =>
          onChange(choose(choice, 'price', Math.round(Number(event.target.value) * 100) / 100))
        }
      />
      {answer.asked === null ? null : (
        <p className="small quiet">
          At {format.value(answer.asked.price, 'currency', 'full')}: volume{' '}
          {format.value(answer.asked.volume.expected, 'count', 'tile')}, revenue{' '}
          {money(answer.asked.revenue.expected)}, margin {money(answer.asked.margin.expected)} (
          {money(answer.asked.margin.low)} to {money(answer.asked.margin.high)}) a week.
        </p>
      )}
    </XyPanel>
  );
}
