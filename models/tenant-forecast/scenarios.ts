import { ratioOrNull } from './ratio.ts';
import type { ForecastScenario } from '../../platform/contracts/forecast.ts';

export interface ScenarioInput {
  readonly total: number;
  /** Bounds of the total at .68. */
  readonly lower: number;
  readonly upper: number;
  /** Sum of the same number of steps before; null where there was nothing. */
  readonly before: number | null;
  /** How many past sums stand behind the bounds. */
  readonly tried: number;
  readonly stepWord: string;
  readonly isStock: boolean;
  readonly steps: number;
}

/** The total as it may come, with what each version takes for granted in words. */
export function scenariosOf(input: ScenarioInput): ForecastScenario[] {
  const { before, isStock, lower, steps, stepWord, total, tried, upper } = input;
  const growth = (value: number): number | null =>
    before === null ? null : ratioOrNull(value - before, Math.abs(before));
  const against = isStock ? 'where it stands' : `the ${steps} ${stepWord}${steps === 1 ? '' : 's'} before`;
  const said = (value: number): string => {
    const change = growth(value);
    return change === null
      ? `there is nothing before to compare with`
      : `${change >= 0 ? '+' : '−'}${(100 * Math.abs(change)).toFixed(1)}% on ${against}`;
  };
  const basis =
    isStock && tried > 0
      ? 'from how far past forecasts of the panel were off at that step'
      : tried > 0
        ? `from ${tried} past sums of this length on the series of this panel`
        : 'by a rule of thumb, since no past sum of this length could be tried';
  return [
    {
      name: 'conservative',
      total: lower,
      growth: growth(lower),
      assumptions: `Lower bound of the .68 interval, so about one in six turns out lower (${basis}): ${said(lower)}. Takes for granted that errors run the same way all the time, as they did at worst in two of three past cases.`,
    },
    {
      name: 'likely',
      total,
      growth: growth(total),
      assumptions: `The forecast itself: ${said(total)}. Takes for granted that the season repeats and the trend goes on as the members that did best on this series see it; trends of the smoothing members fade.`,
    },
    {
      name: 'optimistic',
      total: upper,
      growth: growth(upper),
      assumptions: `Upper bound of the .68 interval, so about one in six turns out higher (${basis}): ${said(upper)}. Of campaigns and prices it assumes those that are planned and have moved this series before, and no others.`,
    },
  ];
}
