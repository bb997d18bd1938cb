import type { ReactNode } from 'react';
import type { PrivacyCharge, PrivacyState } from '../../platform/contracts/privacy.ts';
import { useQuery } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';

/** The budget in words and as a meter, and what it went to. */
export function PrivacyPanel(): ReactNode {
  const { queries } = useWorkspace();
  const state = useQuery(queries.privacy, 'all');
  return (
    <section className="panel stack-tight" aria-labelledby="privacy-title">
      <h2 id="privacy-title">Privacy budget</h2>
      {state.problem === undefined ? null : (
        <ProblemNote problem={state.problem} onRetry={queries.privacy.refresh} />
      )}
      {state.data === undefined ? (
        state.problem === undefined ? (
          <Skeleton height={120} />
        ) : null
      ) : (
        <Budget state={state.data} />
      )}
    </section>
  );
}

function Budget({ state }: { readonly state: PrivacyState }): ReactNode {
  const { format } = useWorkspace();
  const { answersLeft, budget, compared, perAnswer, periodEndMs, spentEpsilon, spentShare } = state;
  const epsilon = (value: number): string => format.value(value, 'count', 'axis');
  const tone = spentShare >= 1 || answersLeft === 0 ? 'bad' : spentShare >= 0.75 ? 'warn' : 'good';
  const word = answersLeft === 0 ? 'spent' : tone === 'warn' ? 'nearly spent' : 'there is room';
  return (
    <>
      <p className="row-wrap">
        <span className="figure">{format.percent(spentShare)}</span>
        <span className="quiet">of the budget of {state.period} spent</span>
        <span className={`badge badge-${tone}`}>{word}</span>
      </p>
      <progress max={1} value={spentShare} aria-label="Part of the privacy budget that is spent" />
      <p>
        {answersLeft === 0
          ? 'No further answer of the usual cost fits.'
          : `About ${format.count(answersLeft)} more answers at ε ${epsilon(perAnswer.epsilon)} fit.`}{' '}
        Whole again on {format.date(periodEndMs)}.
      </p>
      <p className="small quiet">
        Everything answered so far lets nobody tell whether one person is in the data by more than ε{' '}
        {epsilon(spentEpsilon)} of {epsilon(budget.epsilon)} (δ {budget.delta}). Added up answer by answer it
        would be ε {epsilon(compared.basic.epsilon)}. Repeating a question costs nothing.
      </p>
      <Charges charges={state.charges} />
    </>
  );
}

function Charges({ charges }: { readonly charges: readonly PrivacyCharge[] }): ReactNode {
  const { format } = useWorkspace();
  const columns: readonly Column<PrivacyCharge>[] = [
    {
      id: 'about',
      title: 'Asked',
      isName: true,
      className: 'wide wrap',
      value: (charge) => charge.about,
      cell: (charge) => charge.about,
    },
    {
      id: 'at',
      title: 'When',
      className: 'nowrap',
      value: (charge) => charge.atMs,
      cell: (charge) => format.dateTime(charge.atMs),
    },
    {
      id: 'epsilon',
      title: 'ε',
      isNumber: true,
      value: (charge) => charge.epsilon,
      cell: (charge) => format.value(charge.epsilon, 'count', 'axis'),
    },
    ...(charges.some((charge) => charge.by !== '')
      ? [
          {
            id: 'by',
            title: 'By',
            value: (charge: PrivacyCharge) => charge.by,
            cell: (charge: PrivacyCharge) => charge.by,
          },
        ]
      : []),
  ];
  if (charges.length === 0) return <p className="quiet">Nothing was spent yet in this period.</p>;
  return (
    <Table
      id="privacy-charges"
      label="What the budget was spent on"
      columns={columns}
      rows={charges}
      rowKey={(charge) => charge.id}
      sort={{ column: 'at', isDown: true }}
      maxHeight={320}
    />
  );
}
