import type { ReactNode } from 'react';
import type { ContributionView, Explanation } from '../../platform/contracts/anomaly.ts';
import type { KpiUnit } from '../../platform/contracts/kpi.ts';
import { inputWords } from '../data/anomaly-words.ts';
import { useWorkspace } from '../data/workspace.ts';
import './why.css';

export interface WhyProps {
  readonly unit: KpiUnit;
  readonly observed: number;
  readonly expected: number | null;
  readonly explanation: Explanation | null;
  /** The way is good for the business. */
  readonly isGood: boolean;
}

const plurals: Readonly<Record<Dimension, string>> = {
  channel: 'Channels',
  content: 'Contents',
  country: 'Countries',
  stream: 'Streams',
};
/** Said where no dimension is named. */
const unsaidWords: Readonly<Record<NonNullable<Explanation['unsaid']> | 'older', string>> = {
  distinct: 'No parts are named: distinct counts do not add up over channels or countries.',
  distribution: 'No parts are named: a quantile is of all events together and does not add up over parts.',
  formula: 'No parts are named: the formula is neither a sum nor a ratio of sums.',
  new: 'No parts are named: there are no usual windows yet to compare with.',
  whole: 'No parts are named: it is not cut by anything more, or nothing was seen in its parts before.',
  total: 'No parts are named: by the day it is watched in total.',
  long: 'No parts are named: there were too many events to count them in time.',
  older: 'Nothing is known of its parts: only the newest and rarest episodes are looked into.',
};

type Dimension = Explanation['dimensions'][number]['dimension'];

/** Why a figure is not what was expected: by how much, and which values of which dimension made the difference. */
export function Why({ unit, observed, expected, explanation, isGood }: WhyProps): ReactNode {
  const { format } = useWorkspace();
  const amount = (value: number | null): string => format.value(value, unit, 'tile');
  return (
    <div className="stack-tight">
      <dl className="why-figures">
        <div>
          <dt className="small quiet">Observed</dt>
          <dd className={`figure ${isGood ? 'good' : 'bad'}`} title={format.value(observed, unit, 'full')}>
            {amount(observed)}
          </dd>
        </div>
        <div>
          <dt className="small quiet">Expected</dt>
          <dd className="figure" title={format.value(expected, unit, 'full')}>
            {amount(expected)}
          </dd>
        </div>
        <div>
          <dt className="small quiet">Difference</dt>
          <dd className="figure">{expected === null ? '–' : amount(observed - expected)}</dd>
        </div>
      </dl>
      {explanation?.inputs === undefined ? null : (
        <p>{inputWords(explanation.inputs, (ratio) => format.percent(ratio))}</p>
      )}
      {explanation === null || explanation.dimensions.length === 0 ? (
        <p className="quiet">{unsaidWords[explanation?.unsaid ?? 'older']}</p>
      ) : (
        explanation.dimensions.map(({ dimension, contributions }) => (
          <Contributions key={dimension} dimension={dimension} contributions={contributions} unit={unit} />
        ))
      )}
    </div>
  );
}

function Contributions({
  dimension,
  contributions,
  unit,
}: {
  readonly dimension: Dimension;
  readonly contributions: readonly ContributionView[];
  readonly unit: KpiUnit;
}): ReactNode {
  const { format } = useWorkspace();
  const widest = Math.max(
    ...contributions.map(({ contribution }) => Math.abs(contribution)),
    Number.MIN_VALUE,
  );
  return (
    <section className="stack-tight" aria-label={`What each ${dimension} added`}>
      <h3>By {dimension}</h3>
      <ul className="why-bars">
        {contributions.map((each) => (
          <li key={each.value ?? '…'}>
            <span className="why-name ellipsis" title={each.value ?? `What no watched ${dimension} covers`}>
              {each.value ?? <span className="quiet">Not covered</span>}
            </span>
            <span className="why-track" aria-hidden="true">
              <span
                className={`why-bar ${each.contribution < 0 ? 'why-down' : 'why-up'}`}
                style={{ width: `${(50 * Math.abs(each.contribution)) / widest}%` }}
              />
            </span>
            <span className="number">
              {each.contribution > 0 ? '+' : ''}
              {format.value(each.contribution, unit, 'tile')}
              <span className="quiet small"> {format.percent(each.share)}</span>
            </span>
            <span className="small quiet why-note">
              {noteOf(each, (value) => format.value(value, unit, 'tile'))}
            </span>
          </li>
        ))}
      </ul>
      <p className="small quiet">
        {plurals[dimension]} add up to the difference. Left of the middle they lowered it, right of it they
        raised it.
      </p>
    </section>
  );
}

function noteOf(each: ContributionView, amount: (value: number) => string): string {
  if (each.observed !== undefined && each.expected !== undefined)
    return `${amount(each.observed)} instead of ${amount(each.expected)}`;
  if (each.rateEffect === undefined || each.mixEffect === undefined) return '';
  return `own rate ${amount(each.rateEffect)}, weight ${amount(each.mixEffect)}`;
}
