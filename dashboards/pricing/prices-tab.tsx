import type { ReactNode } from 'react';
import type { ProductPricing } from '../../platform/contracts/pricing.ts';
import { useQuery } from '../data/hooks.ts';
import { useParam } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table } from '../ui/table.tsx';
import { FillWith, Reading } from '../workbench/reading.tsx';
import { elasticityText, elasticityWords } from './pricing-words.ts';
import { PriceTests } from './price-tests.tsx';
import { ProductView } from './product-view.tsx';

/** Products with what is known of their demand; one of them in depth; price tests. */
export function PricesTab(): ReactNode {
  const { queries } = useWorkspace();
  const known = useQuery(queries.pricing, 'all');
  const [chosen, choose] = useParam('product');
  if (known.problem !== undefined)
    return <ProblemNote problem={known.problem} onRetry={queries.pricing.refresh} />;
  if (known.data === undefined) return <Skeleton height={480} />;
  const { basis } = known.data;
  const products = basis?.products ?? [];
  const product = products.find((each) => each.product === chosen) ?? products[0];
  return (
    <>
      <Reading atMs={basis?.computedAtMs}>
        {basis === null || basis.reportedRows === 0
          ? 'From weekly sales.'
          : `From weekly sales; ${basis.reportedRows.toLocaleString('en-US')} weeks of markets were told by reports.`}
      </Reading>
      {product === undefined ? (
        <FillWith
          title="No product with sales yet"
          example={{
            type: 'product_sale',
            data: { product_id: 'guide', quantity: 1, amount_minor: 1_200, currency: 'USD', country: 'DE' },
          }}
        >
          <p>
            <code>product_sale</code> and <code>merchandise_sale</code> with a <code>product_id</code> fill
            this: the price is amount by quantity, week by week and country by country. Weeks before Weir come
            as <code>sales_report</code>.
          </p>
        </FillWith>
      ) : (
        <div className="stack">
          <Products products={products} chosen={product.product} onChoose={choose} />
          <ProductView key={product.product} product={product} />
        </div>
      )}
      <PriceTests products={products} chosen={product?.product ?? ''} />
    </>
  );
}

function Products({
  products,
  chosen,
  onChoose,
}: {
  readonly products: readonly ProductPricing[];
  readonly chosen: string;
  readonly onChoose: (product: string) => void;
}): ReactNode {
  const { format } = useWorkspace();
  return (
    <section className="stack-tight" aria-labelledby="products-title">
      <h2 id="products-title">Products</h2>
      <Table
        id="pricing-products"
        label="Products"
        maxHeight={360}
        rows={products}
        rowKey={({ product }) => product}
        sort={{ column: 'revenue', isDown: true }}
        columns={[
          {
            id: 'product',
            title: 'Product',
            isName: true,
            className: 'nowrap',
            value: ({ product }) => product,
            cell: ({ product }) => (
              <button
                type="button"
                className="row-link"
                aria-pressed={product === chosen}
                onClick={() => onChoose(product)}
              >
                {product}
              </button>
            ),
          },
          {
            id: 'price',
            title: 'Price',
            isNumber: true,
            value: ({ price }) => price,
            cell: ({ price }) => format.value(price, 'currency', 'tile'),
          },
          {
            id: 'volume',
            title: 'Volume a week',
            isNumber: true,
            value: ({ volume }) => volume,
            cell: ({ volume }) => format.value(volume, 'count', 'tile'),
          },
          {
            id: 'revenue',
            title: 'Revenue a week',
            isNumber: true,
            value: ({ revenue }) => revenue,
            cell: ({ revenue }) => format.value(revenue, 'currency', 'tile'),
          },
          {
            id: 'elasticity',
            title: 'Elasticity',
            value: ({ elasticity }) => elasticity?.value ?? null,
            cell: ({ elasticity }) =>
              elasticity === null ? (
                '–'
              ) : (
                <span title={elasticityWords(elasticity)}>{elasticityText(elasticity)}</span>
              ),
            className: 'nowrap',
          },
          {
            id: 'weeks',
            title: 'Weeks',
            isNumber: true,
            value: ({ weeks }) => weeks,
            cell: ({ weeks }) => weeks,
          },
          {
            id: 'state',
            title: 'State',
            value: ({ state }) => state,
            cell: ({ state, why }) =>
              state === 'ready' ? (
                <span title={why}>read</span>
              ) : (
                <span className="badge badge-warn">too little</span>
              ),
          },
        ]}
      />
    </section>
  );
}
