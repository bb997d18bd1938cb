import type { ReactNode } from 'react';
import type { AnomalyDetail, AnomalyView } from '../../platform/contracts/anomaly.ts';
import {
  howWords,
  rarityWords,
  seriesName,
  severityWords,
  sideOf,
  windowWords,
} from '../data/anomaly-words.ts';
import { duration } from '../data/format.ts';
import { useQuery, useTopic } from '../data/hooks.ts';
import { useViewLink } from '../data/router.ts';
import type { ViewState } from '../data/view-state.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChartPanel } from '../ui/chart-panel.tsx';
import type { ChartSpec } from '../ui/chart-spec.ts';
import { Link } from '../ui/link.tsx';
import { Empty, ProblemNote, Skeleton } from '../ui/states.tsx';
import { Why } from '../ui/why.tsx';

/** One stretch: its course with the band, why, what else happened, what to do next. */
export function AnomalyDetailView({ id }: { readonly id: string }): ReactNode {
  const { queries } = useWorkspace();
  const to = useViewLink();
  useTopic('anomalies');
  const detail = useQuery(queries.anomaly, id);
  return (
    <>
      <div className="page-head">
        <div>
          <p className="small">
            <Link to={to('/anomalies')}>Anomalies</Link>
          </p>
          <h1>{detail.data === undefined ? 'Anomaly' : seriesName(detail.data.anomaly)}</h1>
        </div>
      </div>
      {detail.problem === undefined ? null : (
        <ProblemNote problem={detail.problem} onRetry={queries.anomaly.refresh} />
      )}
      {detail.data === undefined ? (
        detail.problem === undefined && <Skeleton height={480} />
      ) : (
        <Found detail={detail.data} />
      )}
    </>
  );
}

function Found({ detail }: { readonly detail: AnomalyDetail }): ReactNode {
  const { anomaly } = detail;
  return (
    <div className="anomaly-grid">
      <div className="stack">
        <Course detail={detail} />
        <section className="panel stack-tight" aria-labelledby="related-title">
          <h2 id="related-title">At the same time</h2>
          <Related list={detail.related} of={anomaly} />
        </section>
      </div>
      <div className="stack">
        <section className="panel stack-tight" aria-labelledby="why-title">
          <h2 id="why-title">Why</h2>
          <Why
            unit={anomaly.unit}
            observed={detail.explanation?.observed ?? anomaly.observed}
            expected={detail.explanation?.expected ?? anomaly.expected}
            explanation={detail.explanation}
            isGood={anomaly.isGood}
          />
        </section>
        <NextActions anomaly={anomaly} />
      </div>
    </div>
  );
}

function Course({ detail }: { readonly detail: AnomalyDetail }): ReactNode {
  const { format, zone } = useWorkspace();
  const { anomaly, band } = detail;
  const first = band[0]?.windowStartMs;
  const last = band.at(-1)?.windowStartMs;
  const words = severityWords[anomaly.severity];
  const head = (
    <p className="row-wrap">
      <span className={`badge ${words.tone}`}>{words.text}</span>
      <span className={anomaly.isGood ? 'good strong' : 'bad strong'}>
        {howWords(anomaly)}
        <span className="unseen">, which is {anomaly.isGood ? 'good' : 'bad'}</span>
      </span>
      <span className="quiet">
        {anomaly.state === 'open' ? 'lasts since ' : 'from '}
        <time dateTime={new Date(anomaly.startedAtMs).toISOString()}>
          {format.dateTime(anomaly.startedAtMs)}
        </time>
        {anomaly.state === 'open' ? '' : ` for ${duration(anomaly.endedAtMs - anomaly.startedAtMs)}`}, so
        unusual {rarityWords(anomaly.score)}
      </span>
    </p>
  );
  if (first === undefined || last === undefined)
    return (
      <section className="panel stack-tight" aria-label="Course">
        {head}
        <Empty title="Its windows are not kept any more">
          <p>What was expected by the minute is kept for 30 days.</p>
        </Empty>
      </section>
    );
  const starts: number[] = [];
  for (let start = first; start <= last; start = zone.next(anomaly.window, start)) starts.push(start);
  const byStart = new Map(band.map((point) => [point.windowStartMs, point]));
  const spec: ChartSpec = {
    kind: 'lines',
    unit: anomaly.unit,
    grain: anomaly.window,
    starts,
    endMs: zone.next(anomaly.window, last),
    completeCount: starts.length,
    series: [
      {
        id: anomaly.id,
        label: anomaly.title,
        slot: 1,
        values: starts.map((start) => byStart.get(start)?.observed ?? null),
      },
    ],
    comparison: { label: 'expected', values: starts.map((start) => byStart.get(start)?.expected ?? null) },
    band: {
      label: 'expected band',
      lower: starts.map((start) => byStart.get(start)?.lower ?? null),
      upper: starts.map((start) => byStart.get(start)?.upper ?? null),
    },
    events: starts.flatMap((start, index) =>
      start === anomaly.startedAtMs
        ? [{ index, label: 'Unusual from here', tone: anomaly.isGood ? ('good' as const) : ('bad' as const) }]
        : [],
    ),
  };
  return (
    <ChartPanel
      id="course"
      title={`${seriesName(anomaly)} by the ${windowWords[anomaly.window]}`}
      spec={spec}
      height={300}
    >
      {head}
    </ChartPanel>
  );
}

function Related({
  list,
  of,
}: {
  readonly list: readonly AnomalyView[];
  readonly of: AnomalyView;
}): ReactNode {
  const { format } = useWorkspace();
  const to = useViewLink();
  if (list.length === 0) return <p className="quiet">Nothing else was unusual then.</p>;
  return (
    <ul className="related">
      {list.map((each) => (
        <li key={each.id}>
          <Link to={to(`/anomalies/${encodeURIComponent(each.id)}`)} className="ellipsis">
            {seriesName(each)}
          </Link>
          <span className={`small ${each.isGood ? 'good' : 'bad'}`}>
            {sideOf(each) === 'above' ? '▲' : '▼'} {format.value(each.observed, each.unit, 'tile')}
          </span>
          <span className="small quiet">
            instead of {format.value(each.expected, each.unit, 'tile')}, by the {windowWords[each.window]}
            {isOneTrouble(each, of) ? ', counted as one with this' : ''}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Whether one is listed under the other, or both under a third. */
function isOneTrouble(a: AnomalyView, b: AnomalyView): boolean {
  return (a.parentId ?? a.id) === (b.parentId ?? b.id);
}

/** Where to look and what to set, with the context of the stretch. */
function NextActions({ anomaly }: { readonly anomaly: AnomalyView }): ReactNode {
  const { can, zone } = useWorkspace();
  const to = useViewLink();
  const day = zone.startOf('1d', anomaly.startedAtMs);
  const date = new Date(day + 12 * 3_600_000).toISOString().slice(0, 10);
  const narrowed: Partial<ViewState> = {
    range: { kind: 'dates', from: date, to: date },
    grain: 'auto',
    filters: anomaly.rollup === 'total' ? {} : { [anomaly.rollup]: anomaly.dim },
  };
  const around: Partial<ViewState> = {
    range: narrowed.range ?? { kind: 'preset', preset: 'today' },
    grain: 'auto',
    filters: {},
  };
  return (
    <section className="panel stack-tight" aria-labelledby="next-title">
      <h2 id="next-title">Next</h2>
      <ul className="next">
        <li>
          <Link to={to(`/kpis/${encodeURIComponent(anomaly.kpi)}`, narrowed)}>
            Look at {anomaly.title} that day
          </Link>
        </li>
        <li>
          <Link to={to('/anomalies', around)}>See what else was unusual that day</Link>
        </li>
        {anomaly.isGood ? null : (
          <li>
            <Link to={to('/system')}>Check whether events arrive and are counted</Link>
          </li>
        )}
        {can('kpis:write') ? (
          <li>
            <Link to={to(`/kpis/${encodeURIComponent(anomaly.kpi)}/edit`)}>
              Set an alert level for {anomaly.title}
            </Link>
          </li>
        ) : null}
        <li>
          <Link to={to('/anomalies')}>Told for nothing? Change the sensitivity</Link>
        </li>
      </ul>
    </section>
  );
}
