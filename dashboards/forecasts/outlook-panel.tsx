import type { ReactNode } from 'react';
import type {
  ForecastMilestone,
  ForecastMonthEnd,
  ForecastRecommendation,
  SeriesForecastDetail,
} from '../../platform/contracts/forecast.ts';
import type { Formatter } from '../data/format.ts';
import { useWorkspace } from '../data/workspace.ts';
import { growthWords } from './forecast-words.ts';

/** What the forecast says of dates people plan by, the end of the month and the next round values, and what it suggests doing. Nothing by the hour. */
export function OutlookPanel({ forecast }: { readonly forecast: SeriesForecastDetail }): ReactNode {
  const { format } = useWorkspace();
  const { grain, isStock, milestones, monthEnd, recommendations = [], unit } = forecast;
  if (grain === 'hourly' || forecast.rollup !== 'total') return null;
  return (
    <section className="panel stack-tight" aria-labelledby="outlook-title">
      <h2 id="outlook-title">Month end and milestones</h2>
      {monthEnd === null ? (
        <p className="quiet">
          The running month is not known from its first day, or ends after the forecast: nothing is said of
          its end.
        </p>
      ) : (
        <MonthEnd monthEnd={monthEnd} isStock={isStock} unit={unit} />
      )}
      {milestones.length === 0 ? (
        <p className="quiet">
          No round value is reached inside the forecast, or no model does better here than repeating the last
          season, which goes nowhere.
        </p>
      ) : (
        <ul className="milestones">
          {milestones.map((each) => (
            <li key={`${each.kind} ${each.value}`}>
              <p>
                <strong>
                  {each.kind} {format.value(each.value, unit, 'tile')}
                  {isStock ? '' : ' a day'}
                </strong>{' '}
                est. on {format.date(each.likelyMs)}, {datesWords(each, format)}.
              </p>
              <p className="small quiet">{each.words}</p>
            </li>
          ))}
        </ul>
      )}
      <h3>What it suggests</h3>
      {recommendations.length === 0 ? (
        <p className="quiet">
          No part of this total goes up or down so clearly that even the cautious bound of its forecast says
          so.
        </p>
      ) : (
        <ul className="milestones">
          {recommendations.map((each) => (
            <li key={each.words}>
              <p>
                <span className={`badge ${tones[each.kind]}`}>{each.kind}</span> <strong>{each.words}</strong>
              </p>
              <p className="small quiet">{each.because}</p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const tones: Readonly<Record<ForecastRecommendation['kind'], string>> = {
  grow: 'badge-good',
  mend: 'badge-bad',
  caution: 'badge-warn',
};

function MonthEnd({
  isStock,
  monthEnd,
  unit,
}: {
  readonly isStock: boolean;
  readonly monthEnd: ForecastMonthEnd;
  readonly unit: SeriesForecastDetail['unit'];
}): ReactNode {
  const { format } = useWorkspace();
  const { before, daysLeft, lower, month, soFar, total, upper } = monthEnd;
  const value = (amount: number): string => format.value(amount, unit, 'tile');
  const growth = before === null || before === 0 ? null : (total - before) / Math.abs(before);
  return (
    <p>
      {month} {isStock ? 'ends at' : 'comes to'} est. <strong>{value(total)}</strong>, four times in five
      between {value(lower)} and {value(upper)}: {isStock ? 'it stands at' : 'so far'} {value(soFar)},{' '}
      {daysLeft} day
      {daysLeft === 1 ? '' : 's'} left
      {before === null ? '' : `; the month before ${isStock ? 'ended at' : 'came to'} ${value(before)}`}
      {growth === null ? '' : ` (${growthWords(growth, format)})`}.
    </p>
  );
}

function datesWords({ earliestMs, latestMs }: ForecastMilestone, format: Formatter): string {
  const from = earliestMs === null ? 'now' : format.date(earliestMs);
  return latestMs === null
    ? `at the earliest ${from}, and by the slower bound not inside the forecast`
    : `between ${from} and ${format.date(latestMs)}`;
}
