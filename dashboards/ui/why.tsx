import type { ReactNode } from 'react';
import type { ContributionView, Explanation } from '../../platform/contracts/anomaly.ts';
import type { KpiUnit } from '../../platform/contracts/kpi.ts';
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
  country: 'Countries',
  stream: 'Streams',
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
      {explanation === null || explanation.dimensions.length === 0 ? (
        <p className="quiet">
          {explanation === null
            ? 'It cannot be taken apart: distinct counts and parts of the total have no parts that add up.'
            : 'No dimension had a value that was watched long enough to say what was expected of it.'}
        </p>
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
