import { useState, type ReactNode } from 'react';
import type { PricingTier, SubscriptionQuestion, TierReply } from '../../platform/contracts/pricing.ts';
import { isNumber, isRecord, type Guard } from '../data/guard.ts';
import { useQuery } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Field, Form, useAction } from '../ui/form.tsx';
import { ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table } from '../ui/table.tsx';
import { Figures } from '../workbench/figures.tsx';
import { NumberField } from '../workbench/number-field.tsx';
import { Propose } from '../workbench/propose.tsx';
import { useQuestion } from '../workbench/use-question.ts';
import '../workbench/workbench.css';

const START: SubscriptionQuestion = { apiCalls: 8_000, storageGib: 5, seats: 3 };
const names = ['apiCalls', 'storageGib', 'seats', 'enterprise', 'engagementDiscount'] as const;
const isUsage: Guard<SubscriptionQuestion> = (value): value is SubscriptionQuestion =>
  isRecord(value) &&
  ['apiCalls', 'storageGib', 'seats'].every((name) => isNumber(value[name])) &&
  names.every((name) => value[name] === undefined || isNumber(value[name]));

/** Subscription tiers: what a usage costs in each, which fits, when to offer the next; and the tiers themselves. */
export function TiersTab(): ReactNode {
  const { queries } = useWorkspace();
  const tiers = useQuery(queries.tiers, 'all');
  return (
    <div className="stack">
      <Quote />
      {tiers.problem !== undefined ? (
        <ProblemNote problem={tiers.problem} onRetry={queries.tiers.refresh} />
      ) : tiers.data === undefined ? (
        <Skeleton height={240} />
      ) : (
        <Tiers key={JSON.stringify(tiers.data)} known={tiers.data} />
      )}
    </div>
  );
}

function Quote(): ReactNode {
  const { format, queries } = useWorkspace();
  const { asked, change, drafted } = useQuestion('usage', isUsage, START);
  const answer = useQuery(queries.subscription, asked);
  const set = (name: (typeof names)[number], value: number | undefined): void =>
    change({ ...drafted, [name]: value ?? (name === 'enterprise' ? 1 : 0) });
  const best = answer.data?.offers.find(({ tier }) => tier === answer.data?.recommended);
  const money = (value: number): string => format.value(value, 'currency', 'full');
  return (
    <section className="stack" aria-labelledby="quote-title">
      <h2 id="quote-title">What a customer would pay</h2>
      <div className="panel bench-controls">
        <NumberField
          label="API calls a month"
          value={drafted.apiCalls}
          max={1e12}
          digits={0}
          onChange={(value) => set('apiCalls', value)}
        />
        <NumberField
          label="Storage, GiB"
          value={drafted.storageGib}
          max={1e12}
          onChange={(value) => set('storageGib', value)}
        />
        <NumberField
          label="Seats"
          value={drafted.seats}
          max={1e9}
          digits={0}
          onChange={(value) => set('seats', value)}
        />
        <NumberField
          label="Enterprise factor"
          value={drafted.enterprise ?? 1}
          max={100}
          onChange={(value) => set('enterprise', value)}
        />
        <NumberField
          label="Engagement discount, %"
          value={100 * (drafted.engagementDiscount ?? 0)}
          max={50}
          onChange={(value) => set('engagementDiscount', (value ?? 0) / 100)}
        />
      </div>
      {answer.problem !== undefined ? (
        <ProblemNote problem={answer.problem} onRetry={queries.subscription.refresh} />
      ) : answer.data === undefined ? (
        <Skeleton height={160} />
      ) : (
        <div className={answer.isOutdated ? 'stack is-outdated' : 'stack'}>
          <Figures
            label="Recommendation"
            figures={[
              {
                name: 'Tier that costs least',
                value: answer.data.recommended,
                note:
                  best === undefined
                    ? ''
                    : `${money(best.price)} a month, ${format.percent(best.usage)} of its tightest limit used`,
              },
              {
                name: 'Offer the next',
                value: answer.data.upsellTo ?? 'No',
                note:
                  answer.data.upsellTo === null
                    ? 'there is room in this tier'
                    : 'more than 85% of a limit is used',
              },
            ]}
          />
          <Table
            id="pricing-offers"
            label="Price by tier"
            rows={answer.data.offers}
            rowKey={({ tier }) => tier}
            columns={[
              {
                id: 'tier',
                title: 'Tier',
                isName: true,
                value: ({ tier }) => tier,
                cell: ({ tier }) => tier,
              },
              {
                id: 'base',
                title: 'Base',
                isNumber: true,
                value: ({ base }) => base,
                cell: ({ base }) => money(base),
              },
              {
                id: 'multiplier',
                title: '× usage',
                isNumber: true,
                value: ({ usageMultiplier }) => usageMultiplier,
                cell: ({ usageMultiplier }) => usageMultiplier.toFixed(2),
              },
              {
                id: 'usage',
                title: 'Of its tightest limit',
                isNumber: true,
                value: ({ usage }) => usage,
                bar: ({ usage }) => Math.min(1, usage),
                cell: ({ usage }) => format.percent(usage),
              },
              {
                id: 'price',
                title: 'Price a month',
                isNumber: true,
                value: ({ price }) => price,
                cell: ({ price }) => money(price),
              },
            ]}
          />
          <p className="small quiet">base × usage × enterprise × (1 − engagement discount)</p>
        </div>
      )}
    </section>
  );
}

function Tiers({ known }: { readonly known: TierReply }): ReactNode {
  const { api, can, queries } = useWorkspace();
  const action = useAction();
  const [tiers, setTiers] = useState<readonly PricingTier[]>(known.tiers);
  const set = (at: number, change: Partial<PricingTier>): void =>
    setTiers(tiers.map((tier, i) => (i === at ? { ...tier, ...change } : tier)));
  const isChanged = JSON.stringify(tiers) !== JSON.stringify(known.tiers);
  const save = async (): Promise<void> => {
    await api.setTiers({ tiers: [...tiers] });
    queries.tiers.refresh();
    queries.subscription.refresh();
  };
  return (
    <section className="panel" aria-labelledby="tiers-title">
      <h2 id="tiers-title">Tiers</h2>
      <p className="small quiet">{known.isOwn ? 'Your own.' : 'The defaults; change what you like.'}</p>
      <Form
        action={action}
        label="Tiers"
        onSubmit={save}
        buttons={
          can('kpis:write') ? (
            <>
              <button
                type="button"
                className="button"
                disabled={tiers.length >= 12}
                onClick={() =>
                  setTiers([
                    ...tiers,
                    { name: `Tier ${tiers.length + 1}`, base: 0, apiCalls: 1_000, storageGib: 1, seats: 1 },
                  ])
                }
              >
                Add a tier
              </button>
              <button
                type="submit"
                className="button button-primary"
                disabled={!isChanged}
                aria-disabled={action.isRunning}
              >
                Save the tiers
              </button>
            </>
          ) : null
        }
      >
        {tiers.map((tier, i) => (
          <div key={i} className="bench-controls" role="group" aria-label={`Tier ${tier.name}`}>
            <Field label="Name">
              {(ids) => (
                <input
                  {...ids}
                  className="input number-input"
                  maxLength={64}
                  value={tier.name}
                  onChange={(event) => set(i, { name: event.target.value })}
                />
              )}
            </Field>
            <NumberField
              label="Base a month"
              value={tier.base}
              max={1e9}
              onChange={(base) => set(i, { base: base ?? 0 })}
            />
            <NumberField
              label="API calls"
              value={tier.apiCalls}
              min={1}
              max={1e12}
              digits={0}
              onChange={(apiCalls) => set(i, { apiCalls: apiCalls ?? 1 })}
            />
            <NumberField
              label="Storage, GiB"
              value={tier.storageGib}
              min={0.01}
              max={1e12}
              onChange={(storageGib) => set(i, { storageGib: storageGib ?? 1 })}
            />
            <NumberField
              label="Seats"
              value={tier.seats}
              min={1}
              max={1e9}
              digits={0}
              onChange={(seats) => set(i, { seats: seats ?? 1 })}
            />
            {can('kpis:write') && tiers.length > 1 ? (
              <button
                type="button"
                className="button"
                aria-label={`Remove ${tier.name}`}
                onClick={() => setTiers(tiers.filter((_, at) => at !== i))}
              >
                Remove
              </button>
            ) : null}
          </div>
        ))}
      </Form>
      {isChanged ? <Propose source={{ type: 'tiers', tiers: [...tiers] }} /> : null}
    </section>
  );
}
