import type { ReactNode } from 'react';
import type {
  AllocationBasis,
  AllocationKind,
  AllocationQuestion,
} from '../../platform/contracts/allocation-plan.ts';
import { useQuery } from '../data/hooks.ts';
import { useParam } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ProblemNote, Skeleton } from '../ui/states.tsx';
import { NumberField } from '../workbench/number-field.tsx';
import { Propose } from '../workbench/propose.tsx';
import { FillWith, Reading } from '../workbench/reading.tsx';
import { useQuestion } from '../workbench/use-question.ts';
import { holdPrice, isAllocationQuestion, limit, NO_QUESTION, withTotal } from './allocation-words.ts';
import { AnswerView } from './answer-view.tsx';
import { CurvePanel } from './curve-panel.tsx';
import { KeepPlan } from './keep-plan.tsx';

const LIMIT = 1e12;

/** One kind of allocation to work with: limits, the curve under the hand, the answer beside it. */
export function WorkbenchTab({ kind }: { readonly kind: AllocationKind }): ReactNode {
  const { queries } = useWorkspace();
  const known = useQuery(queries.allocation, kind);
  const { asked } = useQuestion('q', isAllocationQuestion, NO_QUESTION);
  // Asked beside the basis it is answered from, which the models have already: one way less until the first number. `Bench` shows it.
  useQuery(queries.allocate, { kind, question: asked });
  if (known.problem !== undefined)
    return <ProblemNote problem={known.problem} onRetry={queries.allocation.refresh} />;
  if (known.data === undefined || known.data.kind !== kind) return <Skeleton height={480} />;
  const { basis } = known.data;
  return (
    <>
      <Reading atMs={basis?.computedAtMs}>{basis === null ? null : <Sources basis={basis} />}</Reading>
      {basis === null || basis.channels.length === 0 ? <Nothing kind={kind} /> : <Bench basis={basis} />}
    </>
  );
}

function Sources({ basis }: { readonly basis: AllocationBasis }): ReactNode {
  const { format } = useWorkspace();
  const { backtest, kind, reportedWeeks, weeks } = basis;
  return (
    <>
      {kind === 'revenue' ? 'From the daily revenue of the last 90 days; channels from' : 'From'} {weeks}{' '}
      weeks{reportedWeeks > 0 ? ` (${reportedWeeks} told by reports)` : ''}.{' '}
      {backtest === null
        ? 'No part of it could be held out to check the curves.'
        : `Held out, the last ${backtest.weeks} weeks were forecast ${format.percent(backtest.wape)} off, without the resources ${format.percent(
            backtest.wapeWithout,
          )}; better for ${backtest.betterChannels} of ${backtest.channels} channels.`}
    </>
  );
}

function Nothing({ kind }: { readonly kind: AllocationKind }): ReactNode {
  if (kind === 'revenue')
    return (
      <FillWith
        title="No revenue by stream yet"
        example={{ type: 'tip', data: { channel_id: 'my-channel', amount_minor: 500, currency: 'USD' } }}
      >
        <p>
          Every event that earns fills this: <code>ad_impression</code>, <code>product_sale</code>,{' '}
          <code>tip</code>, <code>membership</code> and the like. It is read once a day, or when you ask.
        </p>
      </FillWith>
    );
  return (
    <FillWith
      title="No week of a channel yet"
      example={{
        type: 'channel_report',
        data: {
          channel_id: 'my-channel',
          period_start: '2026-02-02',
          revenue_minor: 120_000,
          promotion_minor: 15_000,
          production_minor: 20_000,
          production_hours: 12,
        },
      }}
    >
      <p>
        Whole weeks of <code>ad_spend</code>, <code>content_generation</code> and revenue by channel fill
        this. For the weeks before Weir send one <code>channel_report</code> a channel and week, as below.
      </p>
    </FillWith>
  );
}

function Bench({ basis }: { readonly basis: AllocationBasis }): ReactNode {
  const { queries } = useWorkspace();
  const { asked, change, drafted } = useQuestion('q', isAllocationQuestion, NO_QUESTION);
  const [channelText, setChannel] = useParam('channel');
  const [resourceText, setResource] = useParam('resource');
  const resource = basis.resources.find(({ id }) => id === resourceText) ?? basis.resources[0];
  // Channels get resources and streams a part of the mix: only those that get what is chosen can be looked at.
  const holders = basis.channels
    .filter(({ responses }) => responses[resource?.id ?? ''] !== undefined)
    .toSorted((a, b) => b.revenue - a.revenue);
  const channel = holders.find(({ id }) => id === channelText) ?? holders[0];
  const answer = useQuery(queries.allocate, { kind: basis.kind, question: asked });
  const isOutdated = answer.isOutdated || answer.isLoading;
  return (
    <div className="stack">
      <Limits basis={basis} question={drafted} onChange={change} />
      {answer.problem === undefined ? null : (
        <ProblemNote
          problem={answer.problem}
          still="What is shown below is the last answer that could be given."
          onRetry={queries.allocate.refresh}
        />
      )}
      {channel === undefined || resource === undefined ? null : (
        <CurvePanel
          basis={basis}
          channel={channel}
          resource={resource}
          answer={answer.data}
          question={drafted}
          isOutdated={isOutdated}
          onChange={change}
          onChannel={setChannel}
          onResource={setResource}
        />
      )}
      {answer.data === undefined ? (
        answer.problem === undefined ? (
          <Skeleton height={480} />
        ) : null
      ) : (
        <div className={isOutdated ? 'stack is-outdated' : 'stack'}>
          <AnswerView
            answer={answer.data}
            resources={basis.resources}
            periodDays={basis.periodDays}
            resource={resource?.id ?? ''}
            onResource={setResource}
            onChannel={setChannel}
            onPrice={(product, multiplier) => change(holdPrice(drafted, product, multiplier))}
          />
          <section className="panel" aria-label="Decide on this division">
            <Propose
              source={{ type: 'allocation', kind: basis.kind, question: asked }}
              isDisabled={isOutdated}
            />
          </section>
          <KeepPlan kind={basis.kind} question={asked} />
        </div>
      )}
    </div>
  );
}

function Limits({
  basis,
  question,
  onChange,
}: {
  readonly basis: AllocationBasis;
  readonly question: AllocationQuestion;
  readonly onChange: (next: AllocationQuestion) => void;
}): ReactNode {
  const percent = (value: number | undefined): number | undefined =>
    value === undefined ? undefined : 100 * value;
  const share = (value: number | undefined): number | undefined =>
    value === undefined ? undefined : value / 100;
  return (
    <section className="panel" aria-label="Limits">
      <div className="bench-controls">
        {basis.resources
          .filter(({ unit }) => unit !== 'percent')
          .map(({ id, title, total, unit }) => (
            <NumberField
              key={id}
              label={`${title}, ${unit === 'hours' ? 'hours' : basis.currency} in ${basis.periodDays} days`}
              value={question.totals?.[id] ?? total}
              max={LIMIT}
              onChange={(value) => onChange(withTotal(question, id, value))}
            />
          ))}
        <NumberField
          label="Each gets at least, %"
          value={percent(question.minShare ?? basis.minShare)}
          max={100}
          onChange={(value) => onChange(limit(question, 'minShare', share(value)))}
        />
        <NumberField
          label={
            basis.kind === 'revenue' ? 'No stream above, % of revenue' : 'No channel above, % of revenue'
          }
          value={percent(question.maxStreamShare ?? basis.maxStreamShare ?? 1)}
          min={0.01}
          max={100}
          onChange={(value) => onChange(limit(question, 'maxStreamShare', share(value)))}
        />
        <NumberField
          label="Volatility at most, % of return"
          value={percent(question.riskTolerance ?? basis.riskTolerance)}
          max={1_000}
          onChange={(value) => onChange(limit(question, 'riskTolerance', share(value)))}
        />
        {basis.kind === 'revenue' ? null : (
          <NumberField
            label="No amount moves by more than, %"
            hint="Of what it is now; empty: by any"
            value={percent(question.maxChange)}
            max={10_000}
            onChange={(value) => onChange(limit(question, 'maxChange', share(value)))}
          />
        )}
        {Object.keys(question).length === 0 ? null : (
          <button type="button" className="button" onClick={() => onChange(NO_QUESTION)}>
            As it was
          </button>
        )}
      </div>
    </section>
  );
}
