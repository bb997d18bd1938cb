import type { ReactNode } from 'react';
import type { ProductPricing } from '../../platform/contracts/pricing.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Table } from '../ui/table.tsx';
import { elasticityText } from './pricing-words.ts';

/** The elasticity by each way to read it. */
export function Readings({ product }: { readonly product: ProductPricing }): ReactNode {
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

/** The elasticity country by country. */
export function Segments({ product }: { readonly product: ProductPricing }): ReactNode {
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

/** The elasticity quarter by quarter. */
export function Seasons({ product }: { readonly product: ProductPricing }): ReactNode {
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
