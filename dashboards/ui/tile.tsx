import { memo, type ClipboardEvent, type ReactNode } from 'react';
import type { KpiDefinition } from '../../platform/contracts/kpi.ts';
import { useExpectedBand } from '../data/expected-band.ts';
import { useFigures } from '../data/figures.ts';
import { useViewLink } from '../data/router.ts';
import { unknownDimension, type Scope } from '../data/scope.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChangeText } from './change.tsx';
import { NewestOnly } from './newest-only.tsx';
import { FreshnessDot } from './freshness.tsx';
import { Link } from './link.tsx';
import { Sparkline } from './sparkline.tsx';
import { Skeleton } from './states.tsx';
import { TileHead } from './tile-head.tsx';
import { useQuiet } from './use-quiet.ts';
import './tile.css';

export interface TileProps {
  readonly kpi: KpiDefinition;
  readonly scope: Scope;
  readonly onDefinition: (kpi: KpiDefinition) => void;
}

/** One KPI: what it is, how much, how it compares, its course, its target and how fresh it is. The whole tile leads on. */
export const Tile = memo(function Tile({ kpi, scope, onDefinition }: TileProps): ReactNode {
  const unknown = unknownDimension(kpi, scope.view);
  return (
    <article className="tile" aria-label={kpi.title} data-kpi={kpi.key}>
      <TileHead kpi={kpi} onDefinition={onDefinition}>
        {unknown === undefined ? <FreshnessDot /> : null}
      </TileHead>
      {unknown === undefined ? (
        <>
          <TileFigures kpi={kpi} scope={scope} />
          <TileSpark kpi={kpi} scope={scope} />
        </>
      ) : (
        <>
          <p className="tile-value quiet">–</p>
          <p className="tile-change quiet">It has no {unknown}, so the filter does not apply.</p>
        </>
      )}
    </article>
  );
});

function TileFigures({ kpi, scope }: { readonly kpi: KpiDefinition; readonly scope: Scope }): ReactNode {
  const { format } = useWorkspace();
  const to = useViewLink();
  const figures = useFigures(kpi, scope, 0);
  const full = format.value(figures.value, kpi.unit, 'full');
  const unit = format.unit(kpi.unit);
  const copyFull = (event: ClipboardEvent): void => {
    event.clipboardData.setData('text/plain', figures.value === null ? '' : String(figures.value));
    event.preventDefault();
  };
  if (figures.isLoading)
    return (
      <>
        <Skeleton height={28} width="60%" />
        <Skeleton height={12} width="80%" />
      </>
    );
  return (
    <>
      <p className="tile-value" title={full} onCopy={copyFull}>
        <Link to={to(`/kpis/${kpi.key}`)} className="tile-link">
          <span className="unseen">{kpi.title}: </span>
          <span data-live={kpi.key}>{format.value(figures.value, kpi.unit, 'tile')}</span>
          {unit === '' ? null : <span className="tile-unit"> {unit}</span>}
        </Link>
      </p>
      <p className="tile-change">
        <NewestOnly figures={figures} />
        {figures.problem === undefined ? (
          <TileChange kpi={kpi} scope={scope} figures={figures} />
        ) : (
          <span className="bad" title={`${figures.problem.detail} ${figures.problem.mend}`}>
            Not loaded: {figures.problem.title.toLowerCase()}
          </span>
        )}
      </p>
    </>
  );
}

function TileChange({
  kpi,
  scope,
  figures,
}: {
  readonly kpi: KpiDefinition;
  readonly scope: Scope;
  readonly figures: ReturnType<typeof useFigures>;
}): ReactNode {
  const { format } = useWorkspace();
  const { compared, range, edgeMs, completeCount } = scope;
  if (compared === undefined) return null;
  const { change, changeSpan } = figures;
  if (change === undefined) {
    if (figures.isComparing) return <Skeleton height={12} width="80%" />;
    if (completeCount === 0) return <span className="quiet">No complete window to compare yet</span>;
    return (
      <span className="quiet">
        {figures.value === null ? 'No value in this range' : `Nothing to compare on ${compared.label}`}
      </span>
    );
  }
  const lastStart = range.starts[completeCount - 1] ?? range.fromMs;
  const span =
    changeSpan === 'window'
      ? `, ${format.window(lastStart, range.grain)}–${format.window(edgeMs, range.grain)} alone`
      : edgeMs < range.toMs && (range.grain === '1h' || range.grain === '1m')
        ? ` to ${format.window(edgeMs, range.grain)}`
        : '';
  return <ChangeText change={change} direction={kpi.direction} on={`${compared.label}${span}`} />;
}

function TileSpark({ kpi, scope }: { readonly kpi: KpiDefinition; readonly scope: Scope }): ReactNode {
  const figures = useFigures(kpi, scope, 1_000);
  // Numbers first: what was expected is asked for when the page has come to rest.
  const isQuiet = useQuiet();
  const band = useExpectedBand(
    kpi,
    scope,
    isQuiet && !figures.isLoading && figures.grain === scope.range.grain,
  );
  return (
    <>
      <div className={figures.isOutdated ? 'is-outdated' : ''}>
        {figures.isLoading ? (
          <Skeleton height={32} />
        ) : (
          <Sparkline
            values={figures.current}
            completeCount={scope.completeCount}
            target={kpi.target}
            fromZero={figures.isAdditive}
            band={band}
          />
        )}
      </div>
      <TargetLine kpi={kpi} value={figures.value} />
    </>
  );
}

/** Where the value stands to its target and its alert level, in words. */
function TargetLine({
  kpi,
  value,
}: {
  readonly kpi: KpiDefinition;
  readonly value: number | null;
}): ReactNode {
  const { format } = useWorkspace();
  const { target, alertThreshold, direction, unit } = kpi;
  if (target === undefined) return <p className="tile-foot" />;
  const said = format.value(target, unit, 'tile');
  const isBeyond = (limit: number): boolean =>
    value !== null && (direction === 'up' ? value < limit : value > limit);
  if (value !== null && alertThreshold !== undefined && isBeyond(alertThreshold))
    return (
      <p className="tile-foot bad" title={`Target ${said}`}>
        <span>⚠ past alert level {format.value(alertThreshold, unit, 'tile')}</span>
      </p>
    );
  const isMet = value !== null && !isBeyond(target);
  return (
    <p className="tile-foot">
      <span className="quiet">Target {said}</span>
      {value === null ? null : (
        <span className={isMet ? 'good' : 'quiet'}>{isMet ? '✓ met' : 'not met'}</span>
      )}
    </p>
  );
}
