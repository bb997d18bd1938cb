import type { ReactNode } from 'react';
import type { PriceAnswer, ProductPricing } from '../../platform/contracts/pricing.ts';
import { useQuery } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Notice, ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table } from '../ui/table.tsx';
import { Figures } from '../workbench/figures.tsx';
import { Propose } from '../workbench/propose.tsx';
import { useQuestion } from '../workbench/use-question.ts';
import { CompetitionView, DemandView } from './competition-view.tsx';
import { NO_CHOICE, elasticityText, elasticityWords, isPriceChoice } from './pricing-words.ts';
import { Controls } from './product-controls.tsx';
import { Curve } from './product-curve.tsx';
import { Readings, Seasons, Segments } from './product-readings.tsx';

/** One product: its readings, the price under the hand, the best one, and how to get there. */
export function ProductView({ product }: { readonly product: ProductPricing }): ReactNode {
  if (product.elasticity === null)
    return (
      <Notice tone="warn">
        <span>
          <strong>{product.product}</strong>: {product.why}
        </span>
      </Notice>
    );
  return <Priced product={product} />;
}

function Priced({ product }: { readonly product: ProductPricing }): ReactNode {
  const { format, queries } = useWorkspace();
  const { asked, change, drafted } = useQuestion('ask', isPriceChoice, NO_CHOICE);
  const answer = useQuery(queries.quote, { ...asked, product: product.product });
  const isOutdated = answer.isOutdated || answer.isLoading;
  return (
    <div className="stack">
      <p>{product.why}</p>
      <Controls product={product} choice={drafted} answer={answer.data} onChange={change} />
      {answer.problem === undefined ? null : (
        <ProblemNote problem={answer.problem} onRetry={queries.quote.refresh} />
      )}
      {answer.data === undefined ? (
        answer.problem === undefined ? (
          <Skeleton height={420} />
        ) : null
      ) : (
        <div className={isOutdated ? 'stack is-outdated' : 'stack'}>
          <Outcome answer={answer.data} />
          <Propose
            source={{ type: 'price', question: { ...asked, product: product.product } }}
            isDisabled={isOutdated}
          />
          <Curve answer={answer.data} choice={drafted} onChange={change} />
          <div className="bench-columns">
            <Rollout answer={answer.data} />
            <Readings product={product} />
          </div>
          <div className="bench-columns">
            <CompetitionView competition={product.competition} choice={drafted} onChange={change} />
            <DemandView product={product} answer={answer.data} />
          </div>
          <div className="bench-columns">
            <Segments product={product} />
            <Seasons product={product} />
          </div>
          {product.demand === null ? null : (
            <p className="small quiet">
              Demand on weeks held out, price given: {format.percent(product.demand.wape)} off. Intervals are{' '}
              {product.demand.widening > 1.005
                ? `widened ${product.demand.widening.toFixed(2)} times so that past weeks lie inside.`
                : 'as the model gives them: past weeks lie inside.'}
            </p>
          )}
          <ul className="notes small quiet">
            {answer.data.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

function Outcome({ answer }: { readonly answer: PriceAnswer }): ReactNode {
  const { format } = useWorkspace();
  const money = (value: number): string => format.value(value, 'currency', 'tile');
  const { best, current, objective } = answer;
  const gain = best[objective].expected - current[objective].expected;
  return (
    <Figures
      label="Best price"
      figures={[
        {
          name: `Best price for ${objective}`,
          value: format.value(best.price, 'currency', 'full'),
          note: `now ${format.value(current.price, 'currency', 'full')}${answer.atBound ? '; a limit sets it, not the demand' : ''}`,
        },
        {
          name: 'Margin a week',
          value: money(best.margin.expected),
          note: `${money(best.margin.low)} to ${money(best.margin.high)}; now ${money(current.margin.expected)}`,
        },
        {
          name: 'Revenue a week',
          value: money(best.revenue.expected),
          note: `${money(best.revenue.low)} to ${money(best.revenue.high)}; now ${money(current.revenue.expected)}`,
        },
        {
          name: 'Volume a week',
          value: format.value(best.volume.expected, 'count', 'tile'),
          note: `${format.value(best.volume.low, 'count', 'tile')} to ${format.value(best.volume.high, 'count', 'tile')}; now ${format.value(current.volume.expected, 'count', 'tile')}`,
        },
        {
          name: 'Worth of the change',
          value: `${gain >= 0 ? '+' : '−'}${money(Math.abs(gain))}`,
          note: `of ${objective} a week, expected`,
        },
        {
          name: 'Elasticity',
          value: elasticityText(answer.elasticity),
          note: elasticityWords(answer.elasticity),
        },
      ]}
    />
  );
}

function Rollout({ answer }: { readonly answer: PriceAnswer }): ReactNode {
  const { format } = useWorkspace();
  const stages = answer.rollout.map((each, i) => ({ ...each, order: i + 1 }));
  return (
    <section className="stack-tight" aria-labelledby="rollout-title">
      <h2 id="rollout-title">Roll-out in stages</h2>
      <Table
        id="pricing-rollout"
        label="Roll-out"
        maxHeight={320}
        rows={stages}
        rowKey={({ order }) => String(order)}
        empty={<p className="quiet">The price stays as it is.</p>}
        columns={[
          {
            id: 'order',
            title: 'Stage',
            isNumber: true,
            value: ({ order }) => order,
            cell: ({ order }) => order,
          },
          {
            id: 'price',
            title: 'Price',
            isNumber: true,
            value: ({ price }) => price,
            cell: ({ price }) => format.value(price, 'currency', 'full'),
          },
          {
            id: 'share',
            title: 'For',
            isNumber: true,
            value: ({ share }) => share,
            cell: ({ share }) => `${format.value(share, 'ratio', 'axis')} of customers`,
          },
          {
            id: 'stop',
            title: 'Go back below',
            isNumber: true,
            value: ({ stopBelow }) => stopBelow,
            cell: ({ stopBelow }) => `${format.percent(stopBelow)} of their volume`,
          },
        ]}
      />
    </section>
  );
}
