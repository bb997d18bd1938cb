import { useState, type ReactNode } from 'react';
import type { PriceTestView, ProductPricing } from '../../platform/contracts/pricing.ts';
import { useQuery } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { CodeBlock } from '../ui/copy.tsx';
import { Field, Form, useAction } from '../ui/form.tsx';
import { TextField } from '../ui/text-field.tsx';
import { Empty, ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table } from '../ui/table.tsx';
import { Propose } from '../workbench/propose.tsx';

/** Price tests that run or ran, and how a shop takes part in one. */
export function PriceTests({
  products,
  chosen,
}: {
  readonly products: readonly ProductPricing[];
  readonly chosen: string;
}): ReactNode {
  const { can, queries } = useWorkspace();
  const tests = useQuery(queries.priceTests, 'all');
  return (
    <section className="stack" aria-labelledby="tests-title">
      <h2 id="tests-title">Price tests</h2>
      {tests.problem !== undefined ? (
        <ProblemNote problem={tests.problem} onRetry={queries.priceTests.refresh} />
      ) : tests.data === undefined ? (
        <Skeleton height={120} />
      ) : tests.data.tests.length === 0 ? (
        <Empty title="No price test yet">
          <p>
            A test offers two to six prices and learns which earns most an offer (Thompson sampling, a tenth
            at random). It is the only reading here that is causal.
          </p>
        </Empty>
      ) : (
        tests.data.tests.map((test) => <TestCard key={test.id} test={test} />)
      )}
      {can('kpis:write') ? <StartTest key={chosen} products={products} chosen={chosen} /> : null}
    </section>
  );
}

function TestCard({ test }: { readonly test: PriceTestView }): ReactNode {
  const { api, can, format, queries } = useWorkspace();
  const action = useAction();
  const base = `${location.origin}/api/v1/pricing/tests/${test.id}/offers`;
  return (
    <article className="panel stack-tight" aria-label={`Price test ${test.name}`}>
      <div className="row-wrap">
        <h3>{test.name}</h3>
        <span className={test.state === 'running' ? 'badge badge-accent' : 'badge'}>{test.state}</span>
        <span className="small quiet">
          {test.product}, {format.count(test.offers)} offers since {format.date(test.createdAtMs)}; to tell a
          tenth more sales from chance each price needs {format.count(test.offersAnArm)}
        </span>
      </div>
      <p>{test.advice}</p>
      <Table
        id={`price-test-${test.id}`}
        label={`Prices of ${test.name}`}
        isPlain
        rows={test.arms}
        rowKey={({ price }) => String(price)}
        columns={[
          {
            id: 'price',
            title: 'Price',
            isName: true,
            value: ({ price }) => price,
            cell: ({ price }) => format.value(price, 'currency', 'full'),
          },
          {
            id: 'offered',
            title: 'Offered',
            isNumber: true,
            value: ({ offered }) => offered,
            cell: ({ offered }) => format.count(offered),
          },
          {
            id: 'bought',
            title: 'Bought',
            isNumber: true,
            value: ({ bought }) => bought,
            cell: ({ bought }) => format.count(bought),
          },
          {
            id: 'rate',
            title: 'Share that bought, 95%',
            isNumber: true,
            value: ({ rate }) => rate,
            cell: ({ high, low, rate }) =>
              rate === null
                ? '–'
                : `${format.percent(rate)} (${format.percent(low)} to ${format.percent(high)})`,
          },
          {
            id: 'earned',
            title: 'Earned an offer',
            isNumber: true,
            value: ({ earnedAnOffer }) => earnedAnOffer,
            cell: ({ earnedAnOffer }) => format.value(earnedAnOffer, 'currency', 'full'),
          },
          {
            id: 'chance',
            title: 'Chance it earns most',
            isNumber: true,
            value: ({ bestChance }) => bestChance,
            bar: ({ bestChance }) => bestChance,
            cell: ({ bestChance }) => format.percent(bestChance),
          },
        ]}
      />
      {test.willingness === null || test.willingness.median === null ? null : (
        <p className="small quiet">
          Willingness to pay: half would pay {format.value(test.willingness.median, 'currency', 'full')};
          revenue an offer is highest near {format.value(test.willingness.bestPrice, 'currency', 'full')}.
        </p>
      )}
      {test.state === 'running' ? (
        <>
          <details>
            <summary>How the shop takes part</summary>
            <CodeBlock
              label="Commands of the shop"
              code={[
                '# the price for a visitor',
                `curl -X POST ${base} -H 'authorization: Bearer <your key>'`,
                '# what came of it; one that is not told counts as not bought',
                `curl -X POST ${base}/<offer> -H 'authorization: Bearer <your key>' -H 'content-type: application/json' -d '{"bought":true}'`,
              ].join('\n')}
            />
          </details>
          {can('kpis:write') ? (
            <div>
              <button
                type="button"
                className="button"
                aria-disabled={action.isRunning}
                onClick={() =>
                  action.run(async () => {
                    await api.stopPriceTest(test.id);
                    queries.priceTests.refresh();
                  })
                }
              >
                Stop the test
              </button>
            </div>
          ) : null}
        </>
      ) : (
        <Propose source={{ type: 'price-test', id: test.id }} />
      )}
      {action.problem === undefined ? null : <ProblemNote problem={action.problem} />}
    </article>
  );
}

function StartTest({
  products,
  chosen,
}: {
  readonly products: readonly ProductPricing[];
  readonly chosen: string;
}): ReactNode {
  const { api, format, queries } = useWorkspace();
  const action = useAction();
  const [product, setProduct] = useState(chosen);
  const [prices, setPrices] = useState('');
  const [rate, setRate] = useState('3');
  const known = products.find((each) => each.product === product);
  const list = prices
    .split(/[\s;]+/)
    .filter((text) => text !== '')
    .map(Number);
  const isReady =
    product.trim() !== '' &&
    list.length >= 2 &&
    list.length <= 6 &&
    list.every((each) => each > 0) &&
    new Set(list).size === list.length &&
    Number(rate) > 0 &&
    Number(rate) < 100;
  const start = async (): Promise<void> => {
    await api.startPriceTest({
      product: product.trim(),
      name: `${product.trim()}: ${list.map((each) => format.value(each, 'currency', 'full')).join(', ')}`,
      prices: list,
      baseRate: Number(rate) / 100,
      ...(known?.unitCost == null ? {} : { unitCost: known.unitCost }),
    });
    setPrices('');
    queries.priceTests.refresh();
  };
  return (
    <section className="panel" aria-labelledby="start-title">
      <h3 id="start-title">Start a price test</h3>
      <Form
        action={action}
        label="Start a price test"
        onSubmit={start}
        buttons={
          <button
            type="submit"
            className="button button-primary"
            disabled={!isReady}
            aria-disabled={action.isRunning}
          >
            Start the test
          </button>
        }
      >
        <div className="bench-controls bench-fields">
          <TextField
            label="Product"
            fault={action.faultOf('product')}
            value={product}
            onChange={setProduct}
          />
          <TextField
            label={`Prices, ${format.context.currency}`}
            hint="Two to six, with a space between"
            fault={action.faultOf('prices')}
            inputMode="decimal"
            value={prices}
            onChange={setPrices}
          />
          <Field label="Share that buys now, %" fault={action.faultOf('baseRate')}>
            {(ids) => (
              <input
                {...ids}
                className="input number-input"
                inputMode="decimal"
                value={rate}
                onChange={(event) => setRate(event.target.value)}
              />
            )}
          </Field>
        </div>
      </Form>
    </section>
  );
}
