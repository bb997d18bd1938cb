import type { ReactNode } from 'react';
import type { Competition, PriceAnswer, ProductPricing } from '../../platform/contracts/pricing.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Table } from '../ui/table.tsx';
import { NumberField } from '../workbench/number-field.tsx';
import { choose, elasticityText, type PriceChoice } from './pricing-words.ts';

/** What competitors ask, what that does to our volume, and what if they move; what is not known is said. */
export function CompetitionView({
  competition,
  choice,
  onChange,
}: {
  readonly competition: Competition | undefined;
  readonly choice: PriceChoice;
  readonly onChange: (next: PriceChoice) => void;
}): ReactNode {
  const { format } = useWorkspace();
  if (competition === undefined) return null;
  const { alone, competitors, cross, position, weight, why } = competition;
  return (
    <section className="stack-tight" aria-labelledby="competition-title">
      <h2 id="competition-title">Competitors</h2>
      <p className="small quiet">{why}</p>
      {competitors.length === 0 ? null : (
        <Table
          id="pricing-competitors"
          label="Competitors"
          maxHeight={280}
          rows={competitors}
          rowKey={({ competitor }) => competitor}
          columns={[
            {
              id: 'competitor',
              title: 'Competitor',
              isName: true,
              value: ({ competitor }) => competitor,
              cell: ({ competitor }) => competitor,
            },
            {
              id: 'price',
              title: 'Asks',
              isNumber: true,
              value: ({ price }) => price,
              cell: ({ price }) => format.value(price, 'currency', 'full'),
            },
            {
              id: 'seen',
              title: 'Week of',
              isNumber: true,
              value: ({ seenMs }) => seenMs,
              cell: ({ seenMs }) => format.date(seenMs),
            },
            {
              id: 'weeks',
              title: 'Weeks told',
              isNumber: true,
              value: ({ weeks }) => weeks,
              cell: ({ weeks }) => weeks,
            },
          ]}
        />
      )}
      {position === null ? null : (
        <p className="small">
          Our price is {format.percent(Math.abs(position))} {position >= 0 ? 'above' : 'below'} the mean of
          theirs.{' '}
          {cross === null
            ? null
            : `When theirs rise by 1%, our volume changes by ${elasticityText(cross)}%${
                alone === null || weight === null
                  ? ''
                  : `; history alone says ${alone.toFixed(2)} and has ${format.percent(weight)} of the word, the rest pulls to no effect`
              }.`}
        </p>
      )}
      {cross === null ? null : (
        <div className="bench-controls">
          <NumberField
            label="If they change their prices, %"
            value={100 * (choice.competitorMove ?? 0)}
            min={-90}
            max={900}
            onChange={(value) =>
              onChange(
                choose(
                  choice,
                  'competitorMove',
                  value === undefined || value === 0 ? undefined : value / 100,
                ),
              )
            }
          />
          <NumberField
            label="They follow our move by, %"
            value={100 * (choice.follow ?? 0)}
            max={100}
            onChange={(value) =>
              onChange(choose(choice, 'follow', value === undefined || value === 0 ? undefined : value / 100))
            }
          />
        </div>
      )}
    </section>
  );
}

/** Volume of the quarter to come, at the price of now and at the best one. */
export function DemandView({
  product,
  answer,
}: {
  readonly product: ProductPricing;
  readonly answer: PriceAnswer;
}): ReactNode {
  const { format } = useWorkspace();
  const weeks = product.forecast ?? [];
  if (weeks.length === 0) return null;
  // The same change of the price, and of what competitors ask, in every week.
  const now = product.volume > 0 ? answer.current.volume.expected / product.volume : 1;
  const best = product.volume > 0 ? answer.best.volume.expected / product.volume : 1;
  const count = (value: number): string => format.value(value, 'count', 'tile');
  return (
    <section className="stack-tight" aria-labelledby="demand-title">
      <h2 id="demand-title">Demand, next {weeks.length} weeks</h2>
      <Table
        id="pricing-demand"
        label="Demand by week"
        maxHeight={320}
        rows={weeks}
        rowKey={({ weekMs }) => String(weekMs)}
        columns={[
          {
            id: 'week',
            title: 'Week of',
            isName: true,
            className: 'nowrap',
            value: ({ weekMs }) => weekMs,
            cell: ({ weekMs }) => format.date(weekMs),
          },
          {
            id: 'volume',
            title: 'At the price of now',
            isNumber: true,
            value: ({ volume }) => volume * now,
            cell: ({ volume }) => count(volume * now),
          },
          {
            id: 'interval',
            title: '95%',
            isNumber: true,
            value: ({ low }) => low * now,
            cell: ({ high, low }) => `${count(low * now)} to ${count(high * now)}`,
          },
          {
            id: 'best',
            title: 'At the best price',
            isNumber: true,
            value: ({ volume }) => volume * best,
            cell: ({ volume }) => count(volume * best),
          },
        ]}
      />
    </section>
  );
}
