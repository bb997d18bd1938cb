import type { ReactNode } from 'react';
import type { Recommendation } from '../../platform/contracts/risks.ts';
import {
  basisWords,
  evidenceText,
  linkText,
  recommendationText,
  riskTitles,
  subjectOf,
} from '../data/risk-words.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Link } from '../ui/link.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { useMoney } from './money.ts';

/** What to do, with what it is expected to bring, how that was worked out and the screen to do it on. */
export function Actions({
  recommendations,
}: {
  readonly recommendations: readonly Recommendation[];
}): ReactNode {
  const { format } = useWorkspace();
  const money = useMoney();
  const textOf = (row: Recommendation): string =>
    recommendationText(row, subjectOf(row, [...row.restsOn, row.code], format.context.locale));
  const shareText = (row: Recommendation): string =>
    `${format.percent(row.share)} of ${money.full(row.ofMinor)}, ${basisWords[row.shareBasis]}`;
  const evidence = (row: Recommendation): string => evidenceText(row.evidence, format, money.short);
  const highest = Math.max(0, ...recommendations.map(({ effectMinor }) => effectMinor));
  const columns: readonly Column<Recommendation>[] = [
    {
      id: 'what',
      title: 'What to do',
      isName: true,
      className: 'risk-words',
      value: textOf,
      cell: (row) => (
        <div className="stack-tight">
          <span className="strong">{textOf(row)}</span>
          <Link to={row.screen} className="small risk-link">
            {linkText(row)}
          </Link>
        </div>
      ),
    },
    {
      id: 'effect',
      title: 'Expected in 28 days',
      isNumber: true,
      value: (row) => money.major(row.effectMinor),
      bar: (row) => (highest > 0 ? row.effectMinor / highest : 0),
      cell: (row) => money.full(row.effectMinor),
    },
    {
      id: 'kind',
      title: 'Which is',
      value: (row) => (row.kind === 'gain' ? 'gained' : 'not lost'),
      cell: (row) => (row.kind === 'gain' ? 'gained' : 'not lost'),
    },
    {
      id: 'how',
      title: 'Worked out as',
      className: 'risk-words',
      value: shareText,
      cell: shareText,
    },
    {
      id: 'evidence',
      title: 'Rests on',
      className: 'risk-words',
      value: (row) => [...row.restsOn.map((code) => riskTitles[code]), evidence(row)].join(' · '),
      cell: (row) => (
        <span className="small">
          {[...row.restsOn.map((code) => riskTitles[code]), evidence(row)].join(' · ')}
        </span>
      ),
    },
  ];
  return (
    <section className="stack-tight" aria-labelledby="actions-title">
      <h2 id="actions-title">What to do, by expected effect</h2>
      <Table
        id="revenue-recommendations"
        label="Recommendations"
        columns={columns}
        rows={recommendations}
        rowKey={(row) => `${row.code} ${row.subject ?? ''} ${row.restsOn.join(' ')}`}
        sort={{ column: 'effect', isDown: true }}
        maxHeight={560}
        empty={<p className="empty">Nothing found would bring or save money.</p>}
      />
    </section>
  );
}
