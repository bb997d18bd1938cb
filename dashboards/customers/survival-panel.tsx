import type { ReactNode } from 'react';
import type { CustomerRun, SurvivalByPlan } from '../../platform/contracts/customers.ts';
import { useParam } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Empty } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { LineFigure } from './line-figure.tsx';
import { monthsWords, planWords } from './words.ts';

/** How long customers stay: by plan with intervals, and in which month they leave. */
export function SurvivalPanel({ run }: { readonly run: CustomerRun }): ReactNode {
  const { format } = useWorkspace();
  const [shown, setShown] = useParam('survival');
  const isHazard = shown === 'hazard';
  if (run.survival.length === 0)
    return (
      <section className="panel">
        <Empty title="Nobody has been a customer yet" />
      </section>
    );
  const longest = Math.max(0, ...run.survival.flatMap(({ points }) => points.map(({ months }) => months)));
  const hazard = run.hazard.filter(({ atRisk }) => atRisk >= 20);
  const highest = Math.max(0.01, ...hazard.map(({ share }) => share));
  const scale = [0.02, 0.04, 0.08, 0.12, 0.2, 0.4].find((each) => each >= highest) ?? 1;
  return (
    <section className="panel stack-tight" aria-labelledby="survival-title">
      <div className="row-wrap spread">
        <h2 id="survival-title">{isHazard ? 'In which month they leave' : 'How long customers stay'}</h2>
        <div className="segments" role="group" aria-label="What to show">
          <button type="button" aria-pressed={!isHazard} onClick={() => setShown('')}>
            Staying
          </button>
          <button type="button" aria-pressed={isHazard} onClick={() => setShown('hazard')}>
            Leaving
          </button>
        </div>
      </div>
      {isHazard ? (
        <LineFigure
          label={`Share of customers that leaves in each month of their time, months with 20 customers and more. The table of plans is below.`}
          lines={[
            {
              id: 'hazard',
              label: 'Share that leaves in the month',
              slot: 1,
              points: hazard.map(({ month, share }) => ({ x: month, y: share })),
            },
          ]}
          maxX={Math.max(1, ...hazard.map(({ month }) => month))}
          maxY={scale}
          xWords={(x) => String(Math.round(x))}
          yWords={(y) => format.value(y, 'ratio', 'axis')}
          xTitle="Month as a customer"
        />
      ) : longest < 1 ? (
        <Empty title="No contract is a month old yet">
          <p>The share that stays is drawn month by month.</p>
        </Empty>
      ) : (
        <LineFigure
          label={`Share of customers still there by months: ${run.survival.map(({ medianMonths, plan }) => `${planWords(plan)}, half stay ${monthsWords(medianMonths)}`).join('; ')}.`}
          lines={run.survival.slice(0, 5).map(({ plan, points }, i) => ({
            id: plan,
            label: planWords(plan),
            slot: plan === '' ? 9 : i,
            isStep: true,
            isDashed: plan === '',
            points: points.map(({ high, low, months, share }) => ({ x: months, y: share, low, high })),
          }))}
          maxX={longest}
          maxY={1}
          xWords={(x) => String(Math.round(x))}
          yWords={(y) => format.value(y, 'ratio', 'axis')}
          xTitle="Months as a customer; bands are 95% intervals"
        />
      )}
      <PlanTable plans={run.survival} />
      <p className="small quiet">
        Kaplan-Meier over all contracts told of, trials aside. Who left before the first event that was sent
        is not in it, so old curves look better than they were.
      </p>
    </section>
  );
}

function PlanTable({ plans }: { readonly plans: readonly SurvivalByPlan[] }): ReactNode {
  const { format } = useWorkspace();
  const after = (months: number, { points }: SurvivalByPlan): number | null =>
    points.findLast((point) => point.months <= months)?.share ?? null;
  const longest = ({ points }: SurvivalByPlan): number => points.at(-1)?.months ?? 0;
  const columns: readonly Column<SurvivalByPlan>[] = [
    {
      id: 'plan',
      title: 'Plan',
      isName: true,
      value: ({ plan }) => planWords(plan),
      cell: ({ plan }) => planWords(plan),
    },
    {
      id: 'customers',
      title: 'Contracts',
      isNumber: true,
      value: ({ customers }) => customers,
      cell: ({ customers }) => format.count(customers),
    },
    {
      id: 'left',
      title: 'Ended',
      isNumber: true,
      value: ({ left }) => left,
      cell: ({ left }) => format.count(left),
    },
    ...[3, 12, 24].map((months): Column<SurvivalByPlan> => ({
      id: `after-${months}`,
      title: `After ${months} months`,
      isNumber: true,
      value: (row) => (longest(row) < months ? null : after(months, row)),
      cell: (row) => {
        const share = longest(row) < months ? null : after(months, row);
        return share === null ? <span className="quiet">–</span> : format.percent(share);
      },
    })),
    {
      id: 'median',
      title: 'Half stay',
      className: 'nowrap',
      value: ({ medianMonths }) => medianMonths,
      cell: ({ medianMonths }) =>
        medianMonths === null ? <span className="quiet">longer than seen</span> : monthsWords(medianMonths),
    },
  ];
  return (
    <Table
      id="survival"
      label="How long customers stay by plan"
      columns={columns}
      rows={plans}
      rowKey={({ plan }) => plan}
    />
  );
}
