import { useState, type ReactNode } from 'react';
import type { KpiDefinition } from '../../platform/contracts/kpi.ts';
import type { RecurringCut, RecurringMonth, RecurringReply } from '../../platform/contracts/recurring.ts';
import { dimensionTitle } from '../data/colour-slots.ts';
import { useQuery } from '../data/hooks.ts';
import { useParam } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChartPanel } from '../ui/chart-panel.tsx';
import type { ChartSpec } from '../ui/chart-spec.ts';
import { DefinitionDialog } from '../ui/definition-dialog.tsx';
import { Empty, Notice, ProblemNote, Skeleton } from '../ui/states.tsx';
import { MrrPolicyPanel } from './mrr-policy-panel.tsx';
import { RecurringTable } from './recurring-table.tsx';
import { RecurringTiles } from './recurring-tiles.tsx';
import { RecurringWaterfall } from './recurring-waterfall.tsx';
import { movements, movementSlots, newestComplete } from './recurring-view.ts';
import './recurring.css';

/** Recurring revenue: what it is, how it moves by month, what it consists of, and by which rules. */
export function RecurringTab(): ReactNode {
  const { queries } = useWorkspace();
  const whole = useQuery(queries.recurring, {});
  const kpis = useQuery(queries.kpis, 'all');
  const [defined, setDefined] = useState<KpiDefinition>();
  if (whole.data === undefined)
    return whole.problem === undefined ? (
      <Skeleton height={480} />
    ) : (
      <ProblemNote problem={whole.problem} onRetry={queries.recurring.refresh} />
    );
  const months = whole.data.series[0]?.months ?? [];
  const known = (kpis.data?.kpis ?? []).filter((kpi) => kpi.basis === 'recurring');
  return (
    <>
      <Remarks reply={whole.data} />
      {months.length === 0 || whole.data.asOfMs === null ? (
        <Empty title="No subscriptions yet">
          <p>
            <code>subscription_started</code>, <code>subscription_changed</code> and{' '}
            <code>subscription_cancelled</code> fill this, or <code>subscription_payment</code> alone, each
            with the customer as <code>user_id</code>.
          </p>
        </Empty>
      ) : (
        <>
          <RecurringTiles kpis={known} asOfMs={whole.data.asOfMs} onDefinition={setDefined} />
          <Movements months={months} asOfMs={whole.data.asOfMs} />
          <Months reply={whole.data} months={months} asOfMs={whole.data.asOfMs} />
        </>
      )}
      <MrrPolicyPanel />
      {defined === undefined ? null : (
        <DefinitionDialog kpi={defined} onClose={() => setDefined(undefined)} />
      )}
    </>
  );
}

/** What keeps the figures from being all there is. */
function Remarks({ reply }: { readonly reply: RecurringReply }): ReactNode {
  const { format } = useWorkspace();
  const { currentPolicyVersion, policyVersion, refusedEvents, unattributedEvents, unratedCurrencies } = reply;
  return (
    <>
      {reply.asOfMs !== null && currentPolicyVersion !== policyVersion ? (
        <Notice>
          <span>
            Version {currentPolicyVersion} of the rules was set; all customers are being worked out by it.
            Until then these are the figures of version {policyVersion}.
          </span>
        </Notice>
      ) : null}
      {unratedCurrencies.length === 0 ? null : (
        <Notice tone="warn">
          <span>
            There is no rate for {unratedCurrencies.join(', ')}: that revenue is in no figure here. Its
            customers count where customers are counted, not in revenue a customer (ARPA, LTV, payback). Add
            one to the rules below or to the settings.
          </span>
        </Notice>
      )}
      {unattributedEvents === 0 ? null : (
        <Notice tone="warn">
          <span>
            {format.count(unattributedEvents)} subscription events name no customer (<code>user_id</code>) and
            are left out.
          </span>
        </Notice>
      )}
      {refusedEvents === 0 ? null : (
        <Notice tone="warn">
          <span>{format.count(refusedEvents)} subscription events are beyond what is kept and left out.</span>
        </Notice>
      )}
    </>
  );
}

function Movements({
  months,
  asOfMs,
}: {
  readonly months: readonly RecurringMonth[];
  readonly asOfMs: number;
}): ReactNode {
  const { format, zone } = useWorkspace();
  const last = months.at(-1);
  if (last === undefined) return null;
  const spec: ChartSpec = {
    kind: 'stacked',
    unit: 'currency',
    grain: '1mo',
    starts: months.map((month) => month.windowStartMs),
    endMs: zone.next('1mo', last.windowStartMs),
    completeCount: months.filter((month) => zone.next('1mo', month.windowStartMs) <= asOfMs).length,
    series: movements
      .filter(([id]) => id !== 'transfer' && months.some((month) => month[id] !== 0))
      .map(([id, label]) => ({
        id,
        label,
        slot: movementSlots[id],
        values: months.map((month) => month[id]),
      })),
  };
  return (
    <ChartPanel id="movements" title="Movements of MRR by month" spec={spec} height={280}>
      <p className="quiet small">
        As of {format.dateTime(asOfMs)}, the newest event. The running month is hatched.
      </p>
    </ChartPanel>
  );
}

/** Every cut once: what the policy segments by goes by its own name. */
function cutsOf(segmentBy: string): readonly (readonly [RecurringCut | '', string])[] {
  const others = (['plan', 'channel', 'country'] as const).filter((field) => field !== segmentBy);
  return [
    ['', 'All'],
    ['segment', `By ${segmentBy}`],
    ...others.map((field) => [field, `By ${field}`] as const),
    ['currency', 'By currency'],
  ];
}

/** One month as a waterfall, every month as a table, or one month by its parts. */
function Months({
  reply,
  months,
  asOfMs,
}: {
  readonly reply: RecurringReply;
  readonly months: readonly RecurringMonth[];
  readonly asOfMs: number;
}): ReactNode {
  const { format, queries, zone } = useWorkspace();
  const [asked, setAsked] = useParam('month');
  const [cut, setCut] = useParam('cut');
  const cuts = cutsOf(reply.segmentBy);
  const by = cuts.map(([id]) => id).find((id) => id === cut && id !== '') || undefined;
  const parts = useQuery(queries.recurring, by === undefined ? undefined : { by });
  const month =
    months.find((each) => String(each.windowStartMs) === asked) ??
    newestComplete(months, (startMs) => zone.next('1mo', startMs), asOfMs);
  if (month === undefined) return null;
  const isCountry = by === 'country' || (by === 'segment' && reply.segmentBy === 'country');
  const nameOf = (name: string): string =>
    name === '' ? `No ${by}` : isCountry ? dimensionTitle('country', name, format.context.locale) : name;
  return (
    <>
      <div className="row-wrap">
        <select
          className="select"
          aria-label="Month"
          value={month.windowStartMs}
          onChange={(event) => setAsked(event.target.value)}
        >
          {months.toReversed().map((each) => (
            <option key={each.windowStartMs} value={each.windowStartMs}>
              {format.window(each.windowStartMs, '1mo')}
              {zone.next('1mo', each.windowStartMs) > asOfMs ? ', still running' : ''}
            </option>
          ))}
        </select>
        <nav className="segments segments-wrap" aria-label="Cut by">
          {cuts.map(([id, title]) => (
            <button key={id} type="button" aria-pressed={id === (by ?? '')} onClick={() => setCut(id)}>
              {title}
            </button>
          ))}
        </nav>
      </div>
      <RecurringWaterfall month={month} />
      {parts.problem === undefined ? null : (
        <ProblemNote problem={parts.problem} onRetry={queries.recurring.refresh} />
      )}
      {by === undefined ? (
        <RecurringTable
          label="MRR by month"
          nameTitle="Month"
          rows={months.toReversed().map((each) => ({
            key: String(each.windowStartMs),
            name: format.window(each.windowStartMs, '1mo'),
            month: each,
          }))}
        />
      ) : parts.data === undefined ? (
        <Skeleton height={200} />
      ) : (
        <RecurringTable
          label={`MRR of ${format.window(month.windowStartMs, '1mo')} by ${by === 'segment' ? reply.segmentBy : by}`}
          nameTitle={by === 'segment' ? reply.segmentBy : by}
          hasTransfer
          total={month}
          rows={parts.data.series.flatMap(({ cut: name, months: own }) => {
            const found = own.find((each) => each.windowStartMs === month.windowStartMs);
            return found === undefined ? [] : [{ key: `of ${name}`, name: nameOf(name), month: found }];
          })}
        />
      )}
    </>
  );
}
