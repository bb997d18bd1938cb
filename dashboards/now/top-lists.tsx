import type { ReactNode } from 'react';
import { useRanking } from '../data/dimension-values.ts';
import type { RankedValue } from '../data/ranked-value.ts';
import { useTopic, useTopLists } from '../data/hooks.ts';
import { useParam, useView } from '../data/router.ts';
import type { Scope } from '../data/scope.ts';
import { dimensions } from '../data/view-state.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';

type Measure = 'views' | 'revenue';

interface TopRow {
  readonly id: string;
  readonly title: string;
  readonly views: number | undefined;
  readonly revenue: number | undefined;
}

const SHOWN = 10;
/** The other measure is looked up among this many. */
const LOOKED_UP = 200;

/** Channels and contents with the most views or revenue; choosing one narrows everything to it. */
export function TopLists({ scope }: { readonly scope: Scope }): ReactNode {
  const [by, setBy] = useParam('top');
  const measure: Measure = by === 'revenue' ? 'revenue' : 'views';
  return (
    <section aria-labelledby="top-title" className="stack-tight">
      <div className="page-head">
        <h2 id="top-title">Most {measure === 'views' ? 'viewed' : 'earning'}</h2>
        <div className="segments" role="group" aria-label="Ranked by">
          <button type="button" aria-pressed={measure === 'views'} onClick={() => setBy('')}>
            By views
          </button>
          <button type="button" aria-pressed={measure === 'revenue'} onClick={() => setBy('revenue')}>
            By revenue
          </button>
        </div>
      </div>
      <div className="top-lists">
        <TopList dimension="channel" title="Channels" measure={measure} scope={scope} />
        <TopList dimension="content" title="Contents" measure={measure} scope={scope} />
      </div>
    </section>
  );
}

interface TopListProps {
  readonly dimension: 'channel' | 'content';
  readonly title: string;
  readonly measure: Measure;
  readonly scope: Scope;
}

function TopList(props: TopListProps): ReactNode {
  const { view } = props.scope;
  const isToday = view.range.kind === 'preset' && view.range.preset === 'today';
  const isUnfiltered = dimensions.every((dimension) => view.filters[dimension] === undefined);
  return isToday && isUnfiltered && props.measure === 'views' ? (
    <LiveTopList {...props} />
  ) : (
    <AskedTopList {...props} />
  );
}

/** The day so far comes by itself, a second fresh. */
function LiveTopList(props: TopListProps): ReactNode {
  useTopic('top');
  const lists = useTopLists();
  const rows = props.dimension === 'channel' ? lists?.channels : lists?.contents;
  return <TopTable {...props} rows={rows} />;
}

function AskedTopList(props: TopListProps): ReactNode {
  const { dimension, measure, scope } = props;
  const isMoney = measure === 'revenue';
  const ranked = useRanking(dimension, isMoney ? 'total_revenue' : 'views', scope, SHOWN);
  const beside = useRanking(dimension, isMoney ? 'views' : 'total_revenue', scope, LOOKED_UP);
  const others = new Map((beside.values ?? []).map((value) => [value.id, value.value]));
  const rows = ranked.values
    ?.filter((value) => value.id !== '')
    .map((value) => rowOf(value, others.get(value.id), isMoney));
  return (
    <div className={ranked.isOutdated ? 'is-outdated' : ''}>
      {ranked.problem === undefined ? null : <ProblemNote problem={ranked.problem} />}
      <TopTable {...props} rows={rows} />
    </div>
  );
}

function rowOf({ id, title, value }: RankedValue, other: number | undefined, isMoney: boolean): TopRow {
  return isMoney ? { id, title, revenue: value, views: other } : { id, title, views: value, revenue: other };
}

function TopTable({
  dimension,
  title,
  measure,
  rows,
}: TopListProps & { readonly rows: readonly TopRow[] | undefined }): ReactNode {
  const { format } = useWorkspace();
  const [view, change] = useView();
  if (rows === undefined) return <Skeleton height={368} />;
  const highest = Math.max(0, ...rows.map((row) => row[measure] ?? 0));
  const number = (of: Measure): Column<TopRow> => ({
    id: of,
    title: of === 'views' ? 'Views' : 'Revenue',
    isNumber: true,
    value: (row) => row[of] ?? null,
    cell: (row) => {
      const unit = of === 'views' ? 'count' : 'currency';
      return <span title={format.value(row[of], unit, 'full')}>{format.value(row[of], unit, 'tile')}</span>;
    },
    ...(of === measure ? { bar: (row: TopRow) => (highest > 0 ? (row[of] ?? 0) / highest : 0) } : {}),
  });
  const columns: readonly Column<TopRow>[] = [
    {
      id: 'name',
      title: title.slice(0, -1),
      isName: true,
      className: 'top-name',
      value: (row) => row.title,
      cell: (row) => (
        <button
          type="button"
          className="row-link ellipsis"
          title={`Look at ${row.title} alone`}
          onClick={() => change({ filters: { ...view.filters, [dimension]: row.id }, zoom: undefined })}
        >
          {row.title}
        </button>
      ),
    },
    number(measure),
    number(measure === 'views' ? 'revenue' : 'views'),
  ];
  return (
    <Table
      id={`top-${dimension}`}
      label={`${title} by ${measure}`}
      columns={columns}
      rows={rows.slice(0, SHOWN)}
      rowKey={(row) => row.id}
      isPlain
      empty={
        <p className="empty">
          No {dimension} has {measure} in this range.
        </p>
      }
    />
  );
}
