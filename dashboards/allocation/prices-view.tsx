import type { ReactNode } from 'react';
import type { PriceMove } from '../../platform/contracts/allocation-plan.ts';
import { useViewLink } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Link } from '../ui/link.tsx';
import { Table } from '../ui/table.tsx';

const setByWords: Readonly<Record<PriceMove['setBy'], string>> = {
  held: 'held by you',
  range: 'the end of what was seen, or half to double',
  margin: 'beyond it the margin would fall',
  now: 'no other price earns more',
};

/** Prices as a part of a revenue plan; each may be held. */
export function Prices({
  moves,
  periodDays,
  onPrice,
}: {
  readonly moves: readonly PriceMove[];
  readonly periodDays: number;
  readonly onPrice?: (product: string, multiplier: number | undefined) => void;
}): ReactNode {
  const { format } = useWorkspace();
  const to = useViewLink();
  const money = (value: number): string => format.value(value, 'currency', 'full');
  return (
    <section className="stack-tight" aria-labelledby="prices-title">
      <h2 id="prices-title">Prices</h2>
      <Table
        id="allocation-prices"
        label="Prices"
        rows={moves}
        rowKey={({ product }) => product}
        columns={[
          {
            id: 'product',
            title: 'Product',
            isName: true,
            value: ({ product }) => product,
            cell: ({ product }) => <Link to={withParam(to('/pricing'), 'product', product)}>{product}</Link>,
          },
          {
            id: 'price',
            title: 'Now',
            isNumber: true,
            value: ({ price }) => price,
            cell: ({ price }) => money(price),
          },
          {
            id: 'proposed',
            title: 'Proposed',
            isNumber: true,
            value: ({ proposed }) => proposed,
            cell: ({ proposed }) => money(proposed),
          },
          {
            id: 'multiplier',
            title: 'Multiplier',
            isNumber: true,
            value: ({ multiplier }) => multiplier,
            cell: ({ multiplier, product, range, setBy }) =>
              onPrice === undefined ? (
                `× ${multiplier.toFixed(2)}`
              ) : (
                <HeldPrice
                  product={product}
                  multiplier={multiplier}
                  range={range}
                  isHeld={setBy === 'held'}
                  onPrice={onPrice}
                />
              ),
          },
          {
            id: 'setBy',
            title: 'Set by',
            className: 'nowrap',
            value: ({ setBy }) => setBy,
            cell: ({ setBy }) => setByWords[setBy],
          },
          {
            id: 'gain',
            title: `Adds in ${periodDays} days`,
            isNumber: true,
            value: ({ gain }) => gain,
            cell: ({ gain }) => format.value(gain, 'currency', 'tile'),
          },
        ]}
      />
      <p className="small quiet">
        In the revenue above, at the mix that is proposed. By the elasticity read from history, which is not
        causal: settle it with a price test.
      </p>
    </section>
  );
}

/** A multiplier that is chosen is held; the best is chosen anew when it is let free. */
function HeldPrice({
  product,
  multiplier,
  range,
  isHeld,
  onPrice,
}: {
  readonly product: string;
  readonly multiplier: number;
  readonly range: readonly [number, number];
  readonly isHeld: boolean;
  readonly onPrice: (product: string, multiplier: number | undefined) => void;
}): ReactNode {
  const choices = [...new Set([range[0], 0.9, 1, 1.1, range[1]])]
    .filter((each) => each >= range[0] && each <= range[1])
    .map((each) => Math.round(each * 1_000) / 1_000)
    .filter((each) => each >= 0.5 && each <= 2)
    .toSorted((a, b) => a - b);
  const shown = Math.round(multiplier * 1_000) / 1_000;
  return (
    <select
      className="select"
      aria-label={`Multiplier of the price of ${product}`}
      value={isHeld ? String(shown) : ''}
      onChange={(event) =>
        onPrice(product, event.target.value === '' ? undefined : Number(event.target.value))
      }
    >
      <option value="">{isHeld ? 'the best' : `× ${multiplier.toFixed(2)}, the best`}</option>
      {[...new Set(isHeld ? [...choices, shown] : choices)].map((each) => (
        <option key={each} value={String(each)}>
          × {each.toFixed(2)}, held
        </option>
      ))}
    </select>
  );
}

function withParam(to: string, name: string, value: string): string {
  return `${to}${to.includes('?') ? '&' : '?'}${name}=${encodeURIComponent(value)}`;
}
