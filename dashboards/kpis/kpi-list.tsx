import { type ReactNode } from 'react';
import type { KpiDefinition } from '../../platform/contracts/kpi.ts';
import { useFigures } from '../data/figures.ts';
import { useTopic } from '../data/hooks.ts';
import { rank } from '../data/rank.ts';
import { useParam, useViewLink } from '../data/router.ts';
import { useScope, type Scope } from '../data/scope.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChangeText } from '../ui/change.tsx';
import { Icon } from '../ui/icons.tsx';
import { NewestOnly } from '../ui/newest-only.tsx';
import { OpenJobs } from '../ui/open-jobs.tsx';
import { unitWords } from '../ui/kpi-words.ts';
import { Link } from '../ui/link.tsx';
import { Empty } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { ViewControls } from '../ui/view-controls.tsx';

/** Every KPI with what it means, what it is now and what is wanted of it. */
export function KpiList({ kpis }: { readonly kpis: readonly KpiDefinition[] }): ReactNode {
  const { can, format } = useWorkspace();
  const to = useViewLink();
  const scope = useScope();
  useTopic(scope.topic);
  const [text, setText] = useParam('q');
  const shown = rank(kpis, text, (kpi) => `${kpi.title} ${kpi.key} ${kpi.formula}`);
  const limit = (kpi: KpiDefinition, value: number | undefined): string =>
    value === undefined ? '' : format.value(value, kpi.unit, 'tile');
  const columns: readonly Column<KpiDefinition>[] = [
    {
      id: 'title',
      title: 'KPI',
      isName: true,
      className: 'wide',
      value: (kpi) => kpi.title,
      cell: (kpi) => (
        <>
          <Link to={to(`/kpis/${encodeURIComponent(kpi.key)}`)} className="strong" title={kpi.description}>
            {kpi.title}
          </Link>
          <span className="small quiet below"> {kpi.key}</span>
        </>
      ),
    },
    {
      id: 'value',
      title: 'Now',
      isNumber: true,
      cell: (kpi) => <ListValue kpi={kpi} scope={scope} />,
    },
    { id: 'change', title: 'Change', cell: (kpi) => <ListChange kpi={kpi} scope={scope} /> },
    {
      id: 'target',
      title: 'Target',
      isNumber: true,
      value: (kpi) => kpi.target ?? null,
      cell: (kpi) => limit(kpi, kpi.target),
    },
    {
      id: 'alert',
      title: 'Alert level',
      isNumber: true,
      value: (kpi) => kpi.alertThreshold ?? null,
      cell: (kpi) => limit(kpi, kpi.alertThreshold),
    },
    {
      id: 'direction',
      title: 'Good is',
      value: (kpi) => kpi.direction,
      cell: (kpi) => <span className="nowrap">{kpi.direction === 'up' ? '▲ more' : '▼ less'}</span>,
    },
    {
      id: 'unit',
      title: 'Unit',
      value: (kpi) => kpi.unit,
      cell: (kpi) => <span className="nowrap quiet">{unitWords(kpi.unit, format.context.currency)}</span>,
    },
    {
      id: 'formula',
      title: 'Formula',
      value: (kpi) => kpi.formula,
      className: 'formula',
      cell: (kpi) => (
        <code className="ellipsis" title={kpi.formula}>
          {kpi.formula}
        </code>
      ),
    },
    {
      id: 'origin',
      title: 'From',
      value: (kpi) => kpi.origin,
      cell: (kpi) => (kpi.origin === 'tenant' ? 'yours' : 'catalogue'),
    },
  ];
  return (
    <>
      <div className="page-head">
        <h1>KPIs</h1>
        <ViewControls scope={scope} />
      </div>
      <OpenJobs kind="kpi-backfill" />
      <Table
        id="kpis"
        label="KPIs"
        columns={columns}
        rows={shown}
        rowKey={(kpi) => kpi.key}
        tools={
          <>
            <input
              className="input"
              type="search"
              aria-label="Find a KPI"
              placeholder="Find a KPI"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
            {can('kpis:write') ? (
              <Link to={to('/kpis/new')} className="button button-primary">
                <Icon name="plus" /> Add a KPI
              </Link>
            ) : null}
          </>
        }
        empty={<Empty title="No KPI has this name or formula" />}
      />
    </>
  );
}

/** What is always cut has many values at once; they are on its own page. */
function ListValue({ kpi, scope }: { readonly kpi: KpiDefinition; readonly scope: Scope }): ReactNode {
  return kpi.cut === undefined ? (
    <OneValue kpi={kpi} scope={scope} />
  ) : (
    <span className="quiet">by {kpi.cut}</span>
  );
}

function OneValue({ kpi, scope }: { readonly kpi: KpiDefinition; readonly scope: Scope }): ReactNode {
  const { format } = useWorkspace();
  const figures = useFigures(kpi, scope, 250);
  return (
    <span className="strong" title={format.value(figures.value, kpi.unit, 'full')}>
      {figures.isLoading ? '…' : format.value(figures.value, kpi.unit, 'tile')}
      {kpi.unit === 'per_day' ? <span className="quiet"> a day</span> : null}
    </span>
  );
}

function ListChange({ kpi, scope }: { readonly kpi: KpiDefinition; readonly scope: Scope }): ReactNode {
  return kpi.cut === undefined ? <OneChange kpi={kpi} scope={scope} /> : null;
}

function OneChange({ kpi, scope }: { readonly kpi: KpiDefinition; readonly scope: Scope }): ReactNode {
  const figures = useFigures(kpi, scope, 1_000);
  const { change } = figures;
  const newest = <NewestOnly figures={figures} />;
  if (change === undefined || scope.compared === undefined) return newest;
  return (
    <span className="small nowrap">
      {newest}
      <ChangeText change={change} direction={kpi.direction} on={scope.compared.label} />
    </span>
  );
}
