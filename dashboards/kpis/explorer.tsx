import { useState, type ReactNode } from 'react';
import { kpiWatchOf } from '../../platform/contracts/kpi-watch.ts';
import type { Dimension, KpiDefinition } from '../../platform/contracts/kpi.ts';
import { sideOf } from '../data/anomaly-words.ts';
import { useFigures } from '../data/figures.ts';
import { grainsOf } from '../data/kpi-grain.ts';
import { useTopic } from '../data/hooks.ts';
import { useParam, useRouter, useView, useViewLink } from '../data/router.ts';
import { unknownDimension, useScope, type Scope } from '../data/scope.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChangeText } from '../ui/change.tsx';
import { capitalize, type ChartSpec } from '../ui/chart-spec.ts';
import { ChartPanel } from '../ui/chart-panel.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { Definition } from '../ui/definition-dialog.tsx';
import { FreshnessDot } from '../ui/freshness.tsx';
import { thresholdWords } from '../ui/kpi-words.ts';
import { Link } from '../ui/link.tsx';
import { NewestOnly } from '../ui/newest-only.tsx';
import { OpenJobs } from '../ui/open-jobs.tsx';
import { zoomIndexes, zoomTimes } from '../ui/split-spec.ts';
import { Notice } from '../ui/states.tsx';
import { ViewControls } from '../ui/view-controls.tsx';
import { Breakdown } from './breakdown.tsx';
import { useWatched } from './watched.ts';
import './kpis.css';

const grainNames = { '1m': 'minute', '1h': 'hour', '1d': 'day', '1mo': 'month' } as const;
const SHOWN_ANOMALIES = 4;

/** One KPI in depth: its course against the comparison, its parts, its definition. */
export function Explorer({ kpi }: { readonly kpi: KpiDefinition }): ReactNode {
  const scope = useScope();
  useTopic(scope.topic);
  useTopic(scope.topic === 'kpis' ? undefined : 'kpis');
  const to = useViewLink();
  const [by, setBy] = useParam('by');
  const dimension: Dimension | undefined =
    kpi.dimensions.find((each) => each === by) ?? kpi.cut ?? kpi.dimensions[0];
  const unknown = unknownDimension(kpi, scope.view);
  return (
    <>
      <div className="page-head">
        <div>
          <p className="small">
            <Link to={to('/kpis')}>KPIs</Link>
          </p>
          <h1>{kpi.title}</h1>
        </div>
        <ViewControls scope={scope} />
      </div>
      <OpenJobs kind="kpi-backfill" only={(job) => job.params['key'] === kpi.key} />
      {unknown === undefined ? null : (
        <Notice tone="warn">
          <span>
            {kpi.title} cannot be cut by {unknown}, so there is nothing to show for this filter.
          </span>
        </Notice>
      )}
      {grainsOf(kpi).includes(scope.range.grain) ? null : (
        <Notice>
          <span>
            {kpi.title} has a value a{' '}
            {grainsOf(kpi)
              .map((grain) => grainNames[grain])
              .join(' and a ')}{' '}
            only: choose a longer range and that grain to see its course.
          </span>
        </Notice>
      )}
      <div className="explorer">
        <div className="stack">
          {kpi.cut === undefined && unknown === undefined ? <Course kpi={kpi} scope={scope} /> : null}
          {dimension === undefined || unknown !== undefined ? null : (
            <Breakdown kpi={kpi} dimension={dimension} scope={scope} onDimension={setBy} />
          )}
        </div>
        <aside className="panel stack" aria-label="Definition">
          <h2>Definition</h2>
          <Definition kpi={kpi} />
          <Manage kpi={kpi} />
        </aside>
      </div>
    </>
  );
}

function Course({ kpi, scope }: { readonly kpi: KpiDefinition; readonly scope: Scope }): ReactNode {
  const { format } = useWorkspace();
  const to = useViewLink();
  const [, change] = useView();
  const figures = useFigures(kpi, scope, 1_000);
  const watched = useWatched(kpi, scope);
  const { range, compared, completeCount } = scope;
  const marks = [
    ...(kpi.target === undefined
      ? []
      : [
          {
            label: `Target ${format.value(kpi.target, kpi.unit, 'tile')}`,
            value: kpi.target,
            tone: 'good',
          } as const,
        ]),
    ...(kpi.alertThreshold === undefined
      ? []
      : [
          {
            label: alertLabel(kpi, format.value(kpi.alertThreshold, kpi.unit, 'tile'), scope),
            value: kpi.alertThreshold,
            tone: 'bad',
          } as const,
        ]),
  ];
  const spec: ChartSpec = {
    kind: 'lines',
    hasArea: figures.isAdditive,
    unit: kpi.unit,
    grain: range.grain,
    starts: range.starts,
    endMs: range.toMs,
    completeCount,
    series: [{ id: kpi.key, label: kpi.title, slot: 1, values: figures.current }],
    marks,
    ...watched.spec,
    ...(compared === undefined || figures.previous === undefined
      ? {}
      : { comparison: { label: compared.label, values: figures.previous } }),
  };
  const unit = format.unit(kpi.unit);
  const isOther = figures.grain !== range.grain;
  return (
    <ChartPanel
      id="course"
      title={`${kpi.title} over time`}
      spec={figures.isLoading || isOther ? undefined : spec}
      problem={figures.problem}
      isOutdated={figures.isOutdated}
      height={isOther ? 0 : 300}
      zoom={zoomIndexes(scope)}
      onZoom={(zoom) => change({ zoom: zoomTimes(scope, zoom) })}
    >
      <p className="row-wrap">
        <span className="figure" title={format.value(figures.value, kpi.unit, 'full')}>
          {format.value(figures.value, kpi.unit, 'tile')}
          {unit === '' ? null : <span className="tile-unit"> {unit}</span>}
        </span>
        <FreshnessDot />
        <NewestOnly figures={figures} />
        {figures.change === undefined || compared === undefined ? null : (
          <ChangeText change={figures.change} direction={kpi.direction} on={compared.label} />
        )}
      </p>
      {watched.anomalies.length === 0 ? null : (
        <p className="row-wrap small">
          <span className="quiet">Unusual:</span>
          {watched.anomalies.slice(0, SHOWN_ANOMALIES).map((anomaly) => (
            <Link key={anomaly.id} to={to(`/anomalies/${encodeURIComponent(anomaly.id)}`)}>
              {format.window(anomaly.startedAtMs, range.grain)} {sideOf(anomaly)} expected
            </Link>
          ))}
          {watched.anomalies.length <= SHOWN_ANOMALIES ? null : (
            <Link to={`${to('/anomalies')}${to('/anomalies').includes('?') ? '&' : '?'}kpi=${kpi.key}`}>
              all {watched.anomalies.length}
            </Link>
          )}
        </p>
      )}
    </ChartPanel>
  );
}

/** The alert level with the windows it is for, where the chart shows others. */
function alertLabel(kpi: KpiDefinition, level: string, { range }: Scope): string {
  const isJudged = kpiWatchOf(kpi).threshold.some((window) => window === range.grain);
  return isJudged ? `Alert ${level}` : `Alert ${level}, ${thresholdWords(kpi)}`;
}

function Manage({ kpi }: { readonly kpi: KpiDefinition }): ReactNode {
  const { api, can, queries } = useWorkspace();
  const router = useRouter();
  const to = useViewLink();
  const [isAsking, setAsking] = useState(false);
  if (!can('kpis:write')) return null;
  return (
    <div className="row-wrap">
      <Link to={to(`/kpis/${encodeURIComponent(kpi.key)}/edit`)} className="button">
        {kpi.origin === 'tenant' ? 'Change' : 'Set target and alert level'}
      </Link>
      {kpi.origin === 'tenant' ? (
        <button type="button" className="button button-danger" onClick={() => setAsking(true)}>
          Delete
        </button>
      ) : null}
      {isAsking ? (
        <ConfirmDialog
          title={`Delete ${kpi.title}`}
          confirm="Delete"
          onClose={() => setAsking(false)}
          onConfirm={async () => {
            await api.deleteKpi(kpi.key);
            queries.kpis.refresh();
            router.go(to('/kpis'));
          }}
        >
          <p>
            {capitalize(kpi.title)} stops being computed and disappears from every screen. The events it was
            computed from stay.
          </p>
        </ConfirmDialog>
      ) : null}
    </div>
  );
}
