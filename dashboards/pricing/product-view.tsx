import type { ReactNode } from 'react';
import type { PriceAnswer, ProductPricing } from '../../platform/contracts/pricing.ts';
import { useQuery } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChoiceField } from '../ui/choice-field.tsx';
import { Field } from '../ui/form.tsx';
import { Notice, ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table } from '../ui/table.tsx';
import { between } from '../workbench/between.ts';
import { Figures } from '../workbench/figures.tsx';
import { NumberField } from '../workbench/number-field.tsx';
import { Propose } from '../workbench/propose.tsx';
import { useQuestion } from '../workbench/use-question.ts';
import { XyPanel, type XyMark } from '../workbench/xy-panel.tsx';
import { CompetitionView, DemandView } from './competition-view.tsx';
import {
  choose,
  elasticityText,
  elasticityWords,
  isPriceChoice,
  NO_CHOICE,
  type PriceChoice,
} from './pricing-words.ts';

const LIMIT = 1e9;

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

function Controls({
  product,
  choice,
  answer,
  onChange,
}: {
  readonly product: ProductPricing;
  readonly choice: PriceChoice;
  readonly answer: PriceAnswer | undefined;
  readonly onChange: (next: PriceChoice) => void;
}): ReactNode {
  const { format } = useWorkspace();
  const { currency } = format.context;
  const bounds = choice.bounds ?? answer?.bounds ?? [product.price / 2, product.price * 2];
  return (
    <section className="panel" aria-label="Question">
      <div className="bench-controls">
        <NumberField
          label={`Look at a price, ${currency}`}
          value={choice.price ?? answer?.best.price}
          min={0.01}
          max={LIMIT}
          onChange={(value) => onChange(choose(choice, 'price', value))}
        />
        <NumberField
          label={`Cost of one more, ${currency}`}
          value={choice.unitCost ?? answer?.unitCost}
          max={LIMIT}
          onChange={(value) => onChange(choose(choice, 'unitCost', value))}
        />
        <NumberField
          label={`At least, ${currency}`}
          value={bounds[0]}
          min={0.01}
          max={LIMIT}
          onChange={(value) =>
            onChange(
              choose(choice, 'bounds', value === undefined ? undefined : [value, Math.max(value, bounds[1])]),
            )
          }
        />
        <NumberField
          label={`At most, ${currency}`}
          value={bounds[1]}
          min={0.01}
          max={LIMIT}
          onChange={(value) =>
            onChange(
              choose(choice, 'bounds', value === undefined ? undefined : [Math.min(bounds[0], value), value]),
            )
          }
        />
        <Field label="Best for">
          {(ids) => (
            <select
              {...ids}
              className="select"
              value={choice.objective ?? answer?.objective ?? 'margin'}
              onChange={(event) =>
                onChange(choose(choice, 'objective', event.target.value === 'revenue' ? 'revenue' : 'margin'))
              }
            >
              <option value="margin">Margin</option>
              <option value="revenue">Revenue</option>
            </select>
          )}
        </Field>
        <ChoiceField
          label="Reading"
          value={choice.reading ?? answer?.reading ?? ''}
          choices={product.readings.map(({ name }) => [name, name])}
          onChange={(chosen) => onChange(choose(choice, 'reading', chosen))}
        />
        {Object.keys(choice).length === 0 ? null : (
          <button type="button" className="button" onClick={() => onChange(NO_CHOICE)}>
            As it was
          </button>
        )}
      </div>
    </section>
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

function Curve({
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

function Readings({ product }: { readonly product: ProductPricing }): ReactNode {
  return (
    <section className="stack-tight" aria-labelledby="readings-title">
      <h2 id="readings-title">Readings of the elasticity</h2>
      <Table
        id="pricing-readings"
        label="Readings"
        rows={product.readings}
        rowKey={({ name }) => name}
        columns={[
          {
            id: 'name',
            title: 'Held constant',
            isName: true,
            value: ({ name }) => name,
            cell: ({ name }) => name,
          },
          {
            id: 'value',
            title: 'Elasticity, 95%',
            isNumber: true,
            value: ({ elasticity }) => elasticity.value,
            cell: ({ elasticity }) => elasticityText(elasticity),
          },
        ]}
      />
      <p className="small quiet">
        None is causal: sellers set prices knowing demand. A price test settles it.
      </p>
    </section>
  );
}

function Segments({ product }: { readonly product: ProductPricing }): ReactNode {
  const { format } = useWorkspace();
  if (product.bySegment.length === 0) return null;
  return (
    <section className="stack-tight" aria-labelledby="segments-title">
      <h2 id="segments-title">By country</h2>
      <Table
        id="pricing-segments"
        label="Elasticity by country"
        maxHeight={320}
        rows={product.bySegment}
        rowKey={({ market }) => market}
        columns={[
          {
            id: 'market',
            title: 'Country',
            isName: true,
            value: ({ market }) => market,
            cell: ({ market }) => market,
          },
          {
            id: 'value',
            title: 'Elasticity, 95%',
            isNumber: true,
            value: ({ elasticity }) => elasticity.value,
            cell: ({ elasticity }) => elasticityText(elasticity),
          },
          {
            id: 'weight',
            title: 'Its own word',
            isNumber: true,
            value: ({ weight }) => weight,
            cell: ({ weight }) => format.percent(weight),
          },
        ]}
      />
    </section>
  );
}

function Seasons({ product }: { readonly product: ProductPricing }): ReactNode {
  if (product.bySeason.length === 0) return null;
  return (
    <section className="stack-tight" aria-labelledby="seasons-title">
      <h2 id="seasons-title">By quarter</h2>
      <Table
        id="pricing-seasons"
        label="Elasticity by quarter"
        rows={product.bySeason}
        rowKey={({ quarter }) => String(quarter)}
        columns={[
          {
            id: 'quarter',
            title: 'Quarter',
            isName: true,
            value: ({ quarter }) => quarter,
            cell: ({ quarter }) => `Quarter ${quarter}`,
          },
          {
            id: 'value',
            title: 'Elasticity, 95%',
            isNumber: true,
            value: ({ elasticity }) => elasticity.value,
            cell: ({ elasticity }) => elasticityText(elasticity),
          },
        ]}
      />
    </section>
  );
}
