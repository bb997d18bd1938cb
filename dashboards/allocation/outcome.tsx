import type { ReactNode } from 'react';
import type { AllocationAnswer } from '../../platform/contracts/allocation-plan.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Figures } from '../workbench/figures.tsx';
import { certificateFigure, certificateWords } from './allocation-words.ts';

/** What the division brings, what it risks, and how near the best it is. */
export function Outcome({
  answer,
  periodDays,
}: {
  readonly answer: AllocationAnswer;
  readonly periodDays: number;
}): ReactNode {
  const { format } = useWorkspace();
  const chosen = answer.candidates.find(({ isChosen }) => isChosen);
  const now = answer.candidates.find(({ name }) => name === 'current');
  if (chosen === undefined) return null;
  const money = (value: number): string => format.value(value, 'currency', 'tile');
  const gain = now === undefined ? null : chosen.expected - now.expected;
  const share = (value: number | null): string => (value === null ? '–' : format.percent(value));
  const { risk } = chosen;
  return (
    <Figures
      label="Outcome"
      figures={[
        {
          name: `${answer.kind === 'revenue' ? 'Revenue' : 'Return'} expected in ${periodDays} days`,
          value: money(chosen.expected),
          title: format.value(chosen.expected, 'currency', 'full'),
          note:
            gain === null
              ? 'of what is given out'
              : `${money(Math.abs(gain))} ${gain >= 0 ? 'more' : 'less'} than now${answer.kind === 'revenue' ? ', all of it' : `; besides ${money(answer.base)} nothing here moves`}`,
        },
        {
          name: 'How near the best',
          value: certificateFigure(format, answer),
          note: `the best expected return is ${certificateWords(format, answer)}`,
        },
        {
          name: 'Return on cost',
          value: share(chosen.roi),
          note: chosen.cost > 0 ? `on ${money(chosen.cost)}` : 'no money is given out',
        },
        {
          name: 'Volatility',
          value: share(risk.variation),
          note: `${money(risk.volatility)}, of the return; ${answer.reason}`,
        },
        {
          name: 'At risk, 95%',
          value: money(risk.valueAtRisk95),
          note: `below expectation in 1 of 20; then ${money(risk.conditionalValueAtRisk95)} on average`,
        },
        {
          name: 'Sharpe ratio',
          value: risk.sharpe === null ? '–' : risk.sharpe.toFixed(2),
          note: 'gain over cost by volatility',
        },
        {
          name: 'Largest share of revenue',
          value: share(answer.largest.share),
          note: `${answer.largest.id}, now ${share(answer.largest.currentShare)}`,
        },
        {
          name: 'Revenue against now',
          value:
            answer.growth === null
              ? '–'
              : `${answer.growth >= 0 ? '+' : '−'}${format.percent(Math.abs(answer.growth))}`,
          note:
            answer.growthTarget === null
              ? 'all of it, the base included'
              : `${(answer.growth ?? 0) >= answer.growthTarget ? '✓ reaches' : '✕ below'} the ${format.percent(answer.growthTarget)} aimed at${
                  answer.growthChance === undefined || answer.growthChance === null
                    ? ''
                    : `; reached in ${format.percent(answer.growthChance)} of scenarios`
                }`,
        },
      ]}
    />
  );
}
