import type { ReactNode } from 'react';
import type { PriceAnswer, ProductPricing } from '../../platform/contracts/pricing.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChoiceField } from '../ui/choice-field.tsx';
import { Field } from '../ui/form.tsx';
import { NumberField } from '../workbench/number-field.tsx';
import { NO_CHOICE, type PriceChoice, choose } from './pricing-words.ts';

/** Largest amount that may be typed. */
const LIMIT = 1e9;

/** What the answer is asked with: a price to look at, cost, limits, what is best for. */
export function Controls({
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
