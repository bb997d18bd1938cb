import type { ReactNode } from 'react';
import type { KpiDefinition } from '../../platform/contracts/kpi.ts';
import { useQuery } from '../data/hooks.ts';
import { useViewLink } from '../data/router.ts';
import { changeOf } from '../data/series.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChangeText } from '../ui/change.tsx';
import { Link } from '../ui/link.tsx';
import { Sparkline } from '../ui/sparkline.tsx';
import { Skeleton } from '../ui/states.tsx';
import { TileHead } from '../ui/tile-head.tsx';
import '../ui/tile.css';

const MONTHS = 13;

/** The recurring family, each with its last thirteen months. */
export function RecurringTiles({
  kpis,
  asOfMs,
  onDefinition,
}: {
  readonly kpis: readonly KpiDefinition[];
  readonly asOfMs: number;
  readonly onDefinition: (kpi: KpiDefinition) => void;
}): ReactNode {
  return (
    <section aria-labelledby="recurring-tiles">
      <h2 id="recurring-tiles" className="unseen">
        Recurring revenue in figures
      </h2>
      <div className="tiles">
        {kpis.map((kpi) => (
          <MonthTile key={kpi.key} kpi={kpi} asOfMs={asOfMs} onDefinition={onDefinition} />
        ))}
      </div>
    </section>
  );
}

/** A level shows where it stands now; what compares the flow of a month shows the last complete one. */
function MonthTile({
  kpi,
  asOfMs,
  onDefinition,
}: {
  readonly kpi: KpiDefinition;
  readonly asOfMs: number;
  readonly onDefinition: (kpi: KpiDefinition) => void;
}): ReactNode {
  const { format, queries, zone } = useWorkspace();
  const to = useViewLink();
  const running = zone.startOf('1mo', asOfMs);
  const starts = Array.from({ length: MONTHS }, (_, i) => zone.addMonths(running, i - MONTHS + 1));
  const series = useQuery(queries.series, {
    key: kpi.key,
    window: '1mo',
    fromMs: starts[0] ?? running,
    toMs: zone.next('1mo', running),
    filters: {},
  });
  const byStart = new Map(series.data?.series[0]?.points.map((point) => [point.windowStartMs, point.value]));
  const values = starts.map((start) => byStart.get(start) ?? null);
  const isLevel = kpi.windows?.includes('1d') === true && kpi.key !== 'net_new_mrr';
  const at = isLevel ? MONTHS - 1 : MONTHS - 2;
  const value = values[at] ?? null;
  const change = changeOf(value, values[at - 1], kpi.unit);
  const start = starts[at] ?? running;
  return (
    <article className="tile month-tile" aria-label={kpi.title} data-kpi={kpi.key}>
      <TileHead kpi={kpi} onDefinition={onDefinition}>
        <span className="small quiet">{isLevel ? 'now' : format.window(start, '1mo')}</span>
      </TileHead>
      {series.data === undefined ? (
        series.problem === undefined ? (
          <Skeleton height={64} />
        ) : (
          <p className="bad small">Not loaded: {series.problem.title.toLowerCase()}</p>
        )
      ) : (
        <>
          <p className="tile-value" title={format.value(value, kpi.unit, 'full')}>
            <Link
              to={to(`/kpis/${kpi.key}`, { range: { kind: 'preset', preset: '12mo' }, grain: '1mo' })}
              className="tile-link"
            >
              <span className="unseen">{kpi.title}: </span>
              {format.value(value, kpi.unit, 'tile')}
            </Link>
          </p>
          <p className="tile-change">
            {change === undefined ? (
              <span className="quiet">{value === null ? missing(kpi) : 'Nothing to compare'}</span>
            ) : (
              <ChangeText change={change} direction={kpi.direction} on="the month before" />
            )}
          </p>
          <Sparkline values={values} completeCount={MONTHS - 1} target={kpi.target} fromZero={false} />
        </>
      )}
    </article>
  );
}

/** Why a figure is not there. */
function missing(kpi: KpiDefinition): string {
  switch (kpi.key) {
    case 'quick_ratio':
      return 'No losses in the month';
    case 'nrr':
    case 'grr':
      return 'No customers twelve months ago';
    case 'cac':
    case 'ltv_cac':
    case 'cac_payback':
      return 'No new customers or no advertising';
    default:
      return 'No value in the month';
  }
}
