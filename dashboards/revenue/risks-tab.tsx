import type { ReactNode } from 'react';
import type { RiskCheck, RisksAnswer } from '../../platform/contracts/risks.ts';
import { useQuery } from '../data/hooks.ts';
import { figureText, measureWords, riskTitles } from '../data/risk-words.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Computed } from '../ui/computing.tsx';
import { Empty } from '../ui/states.tsx';
import { Table } from '../ui/table.tsx';
import { Facts } from './facts.tsx';
import { useMoney } from './money.ts';
import { Actions } from './risk-actions.tsx';
import { RiskTable } from './risk-table.tsx';

/** What could harm revenue, how much is at stake and since when, and what to do about it by what it is expected to bring. */
export function RisksTab(): ReactNode {
  const { queries } = useWorkspace();
  const shown = useQuery(queries.risks, 'all');
  return (
    <Computed shown={shown} what="Risks" onAgain={queries.risks.refresh}>
      {(answer) => <Risks answer={answer} />}
    </Computed>
  );
}

function Risks({ answer }: { readonly answer: RisksAnswer }): ReactNode {
  const { format } = useWorkspace();
  const money = useMoney();
  const { checks, days, recommendations, revenueMinor, risks } = answer;
  if (days === 0)
    return (
      <Empty title="No complete day yet">
        <p>
          Risks are worked out over complete days. The first ends at midnight of the tenant’s time zone;
          events that carry money, such as <code>product_sale</code> or <code>ad_impression</code>, fill it.
        </p>
      </Empty>
    );
  const unknown = checks.filter(({ state }) => state === 'unknown').length;
  const [first] = risks;
  const [best] = recommendations;
  return (
    <>
      <Facts
        label="Risks in short"
        facts={[
          {
            name: 'Revenue of 28 days',
            value: money.short(revenueMinor),
            title: money.full(revenueMinor),
            note: `complete days up to ${format.date(answer.asOfMs - 1)}, ${format.count(days)} of history`,
          },
          {
            name: 'Beyond their bound',
            value: format.count(risks.length),
            note: `of ${format.count(checks.length)} kinds looked at, ${format.count(unknown)} not known yet`,
          },
          {
            name: 'Most at risk',
            value: money.short(first?.atRiskMinor ?? null),
            title: money.full(first?.atRiskMinor ?? null),
            note: first === undefined ? 'Nothing is beyond its bound' : riskTitles[first.code],
          },
          {
            name: 'Largest effect of acting',
            value: money.short(best?.effectMinor ?? null),
            title: money.full(best?.effectMinor ?? null),
            note: 'over 28 days',
          },
        ]}
      />
      <Actions recommendations={recommendations} />
      <RiskTable risks={risks} />
      <Checks checks={checks} />
    </>
  );
}

const stateWords = { beyond: 'beyond', within: '✓ within', unknown: 'not known yet' } as const;

function Checks({ checks }: { readonly checks: readonly RiskCheck[] }): ReactNode {
  const { format } = useWorkspace();
  const money = useMoney();
  return (
    <section className="stack-tight" aria-labelledby="checks-title">
      <h2 id="checks-title">Everything looked at</h2>
      <Table
        id="revenue-risk-checks"
        label="Measures and bounds"
        columns={[
          {
            id: 'kind',
            title: 'Kind',
            isName: true,
            value: (row: RiskCheck) => riskTitles[row.code],
            cell: (row: RiskCheck) => riskTitles[row.code],
          },
          {
            id: 'value',
            title: 'Worst',
            isNumber: true,
            value: (row: RiskCheck) => row.value,
            cell: (row: RiskCheck) =>
              row.value === null ? '–' : figureText(row.value, row.unit, format, money.short),
          },
          {
            id: 'bound',
            title: 'Bound',
            isNumber: true,
            value: (row: RiskCheck) => row.bound,
            cell: (row: RiskCheck) => figureText(row.bound, row.unit, format, money.short),
          },
          {
            id: 'of',
            title: 'What is measured',
            value: (row: RiskCheck) => measureWords[row.code],
            cell: (row: RiskCheck) => measureWords[row.code],
          },
          {
            id: 'state',
            title: 'State',
            value: (row: RiskCheck) => stateWords[row.state],
            cell: (row: RiskCheck) => (
              <span className={row.state === 'beyond' ? 'strong' : row.state === 'within' ? 'good' : 'quiet'}>
                {stateWords[row.state]}
              </span>
            ),
          },
        ]}
        rows={checks}
        rowKey={(row) => row.code}
      />
    </section>
  );
}
