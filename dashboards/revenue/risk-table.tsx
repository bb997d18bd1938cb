import type { ReactNode } from 'react';
import type { RevenueRisk } from '../../platform/contracts/risks.ts';
import {
  evidenceText,
  figureText,
  measureWords,
  methodWords,
  riskTitles,
  subjectOf,
} from '../data/risk-words.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Table, type Column } from '../ui/table.tsx';
import { useMoney } from './money.ts';

/** What is beyond its bound, with money at risk, since when and the evidence. */
export function RiskTable({ risks }: { readonly risks: readonly RevenueRisk[] }): ReactNode {
  const { format } = useWorkspace();
  const money = useMoney();
  const subject = (row: RevenueRisk): string => subjectOf(row, [row.code], format.context.locale);
  const evidence = (row: RevenueRisk): string => evidenceText(row.evidence, format, money.short);
  const columns: readonly Column<RevenueRisk>[] = [
    {
      id: 'risk',
      title: 'Risk',
      isName: true,
      className: 'risk-words',
      value: (row) => [riskTitles[row.code], subject(row)].filter((text) => text !== '').join(': '),
      cell: (row) => (
        <div className="stack-tight">
          <span className="row-wrap">
            <span className="strong">{riskTitles[row.code]}</span>
            {row.severity === 'high' ? <span className="badge badge-warn">a tenth or more</span> : null}
          </span>
          {subject(row) === '' ? null : <span>{subject(row)}</span>}
        </div>
      ),
    },
    {
      id: 'risked',
      title: 'At risk, 28 days',
      isNumber: true,
      value: (row) => money.major(row.atRiskMinor),
      cell: (row) =>
        row.atRiskMinor === null ? (
          <span className="quiet" title="Less than three weeks of history">
            not known yet
          </span>
        ) : (
          money.full(row.atRiskMinor)
        ),
    },
    {
      id: 'measure',
      title: 'Measure',
      className: 'risk-words',
      value: (row) => row.value,
      cell: (row) => (
        <div className="stack-tight">
          <span>
            <span className="strong">{figureText(row.value, row.unit, format, money.short)}</span>{' '}
            {measureWords[row.code]}
          </span>
          <span className="small quiet">bound {figureText(row.bound, row.unit, format, money.short)}</span>
        </div>
      ),
    },
    {
      id: 'since',
      title: 'Since',
      className: 'nowrap',
      value: (row) => (row.sinceMs === null ? null : new Date(row.sinceMs).toISOString()),
      cell: (row) =>
        row.sinceMs === null ? '–' : `${format.date(row.sinceMs)}${row.isSinceOpen ? ' or earlier' : ''}`,
    },
    {
      id: 'how',
      title: 'Money at risk is',
      className: 'risk-words',
      value: (row) => methodWords[row.method],
      cell: (row) => <span className="small">{methodWords[row.method]}</span>,
    },
    {
      id: 'evidence',
      title: 'Evidence',
      className: 'risk-words',
      value: evidence,
      cell: (row) => <span className="small">{evidence(row)}</span>,
    },
  ];
  return (
    <section className="stack-tight" aria-labelledby="risks-title">
      <h2 id="risks-title">Beyond their bound</h2>
      <Table
        id="revenue-risks"
        label="Risks"
        columns={columns}
        rows={risks}
        rowKey={(row) => `${row.code} ${row.subject ?? ''}`}
        sort={{ column: 'risked', isDown: true }}
        maxHeight={560}
        tools={<span className="small quiet">Risks overlap: their amounts do not add up.</span>}
        empty={<p className="empty">No risk is beyond its bound.</p>}
      />
    </section>
  );
}
