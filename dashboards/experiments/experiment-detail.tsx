import type { ReactNode } from 'react';
import type { ExperimentView } from '../../platform/contracts/experiment.ts';
import { ago } from '../data/format.ts';
import { useNow, useQuery } from '../data/hooks.ts';
import { useViewLink } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { CodeBlock } from '../ui/copy.tsx';
import { Link } from '../ui/link.tsx';
import { Empty, Notice, ProblemNote, SimulatedBadge, Skeleton } from '../ui/states.tsx';
import { Propose } from '../workbench/propose.tsx';
import { ExperimentActions } from './experiment-actions.tsx';
import { MetricTable } from './metric-table.tsx';
import { adviceOf, changeWords, exposureCurl, stateWords } from './words.ts';

/** One experiment: what to do and why, each metric by variant, how it is set up. */
export function ExperimentDetail({ experimentKey }: { readonly experimentKey: string }): ReactNode {
  const { queries, session } = useWorkspace();
  const to = useViewLink();
  const found = useQuery(queries.experiment, experimentKey);
  const { data } = found;
  return (
    <>
      <div className="page-head">
        <div>
          <h1>{data?.experiment.title ?? experimentKey}</h1>
          <p className="row-wrap">
            <Link to={to('/experiments')}>All experiments</Link>
            {data === undefined ? null : <span className="quiet">{stateWords[data.experiment.state]}</span>}
            {session.tenant.simulated ? <SimulatedBadge /> : null}
          </p>
        </div>
        {data === undefined ? null : <ExperimentActions view={data} />}
      </div>
      {data !== undefined ? (
        <Known view={data} />
      ) : found.problem === undefined ? (
        <Skeleton height={420} />
      ) : found.problem.code === 'EXPERIMENT_NOT_FOUND' ? (
        <Empty title="There is no such experiment">
          <p>The key in the address is not known here. It may have been a draft that was deleted.</p>
        </Empty>
      ) : (
        <ProblemNote problem={found.problem} onRetry={queries.experiment.refresh} />
      )}
    </>
  );
}

function Known({ view }: { readonly view: ExperimentView }): ReactNode {
  const { experiment, reading } = view;
  return (
    <div className="experiment-grid">
      <div className="stack">
        <Advice view={view} />
        {reading === null
          ? null
          : reading.readings.map((each) => <MetricTable key={each.metric.key} reading={each} view={view} />)}
        {experiment.state === 'running' &&
        reading !== null &&
        reading.readings[0]?.variants.every(({ users }) => users === 0) ? (
          <Empty title="Nobody has seen it yet">
            <p>Send this when a user sees a variant; the first one of each user counts.</p>
            <CodeBlock
              label="Command that sends an exposure"
              code={exposureCurl(location.origin, experiment)}
            />
          </Empty>
        ) : null}
      </div>
      <Setup view={view} />
    </div>
  );
}

function Advice({ view }: { readonly view: ExperimentView }): ReactNode {
  const { format } = useWorkspace();
  const now = useNow(5_000);
  const { experiment, fault, reading } = view;
  if (reading === null) {
    return (
      <section className="panel stack" aria-label="What to do">
        <h2>{adviceOf(view)}</h2>
        <p className="quiet">
          {experiment.state === 'draft'
            ? 'Start it, and users are assigned and counted from then on.'
            : 'The first reading comes within a minute.'}
        </p>
      </section>
    );
  }
  const { expectedLift, reasons, riskAdjustedLift } = reading.recommendation;
  return (
    <section className="panel stack" aria-label="What to do">
      <h2>{adviceOf(view)}</h2>
      <ul className="stack-tight">
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
      <dl className="experiment-facts">
        <div>
          <dt>Best against control</dt>
          <dd>{changeWords(expectedLift, format.percent)}</dd>
        </div>
        <div>
          <dt>The same less what it may lose</dt>
          <dd>{changeWords(riskAdjustedLift, format.percent)}</dd>
        </div>
        <div>
          <dt>Split as it should be</dt>
          <dd>
            {reading.sampleRatioP < 0.001 ? 'no' : 'yes'} (p {reading.sampleRatioP.toPrecision(2)})
          </dd>
        </div>
        <div>
          <dt>Users who saw several variants</dt>
          <dd>
            {format.count(reading.mixedUsers)}, left out
            {reading.movedUsers === undefined || reading.movedUsers === 0
              ? ''
              : `; ${format.count(reading.movedUsers)} after the shares had changed, counted as first allocated`}
          </dd>
        </div>
        <div>
          <dt>A fixed test plans</dt>
          <dd>
            {reading.plannedUsers === null
              ? 'not known yet'
              : `${format.count(reading.plannedUsers)} users a variant`}
          </dd>
        </div>
        <div>
          <dt>Read</dt>
          <dd>{ago(Math.max(0, now - reading.atMs))}</dd>
        </div>
      </dl>
      {reading.recommendation.advice === 'choose' &&
      reading.recommendation.variant !== experiment.variants[0]?.key ? (
        <Propose source={{ type: 'experiment', key: experiment.key }} />
      ) : null}
      {fault === undefined ? null : (
        <Notice tone="warn">
          <span>The last reading failed; this is the one before. {fault}</span>
        </Notice>
      )}
    </section>
  );
}

function Setup({ view }: { readonly view: ExperimentView }): ReactNode {
  const { format } = useWorkspace();
  const { experiment, shares } = view;
  const facts: readonly (readonly [string, string])[] = [
    ['Key', experiment.key],
    ...experiment.variants.map(
      ({ title }, i) =>
        [i === 0 ? `${title} (control)` : title, `${format.percent(shares[i] ?? 0)} of users`] as const,
    ),
    ['Traffic', format.percent(experiment.traffic)],
    [
      'Shares',
      experiment.allocation === 'fixed' ? 'stay as they are' : 'follow the results (Thompson sampling)',
    ],
    ['False winners', `at most ${format.percent(experiment.alpha)}, however often you look`],
    ['Least change worth finding', format.percent(experiment.minimumEffect)],
    ['Counts after exposure', `${experiment.windowHours} h`],
    ['Longest', `${experiment.maxDays} days`],
    ['Stops by itself on harm', experiment.stopsOnHarm ? 'yes' : 'no'],
    ...(experiment.startedAtMs === undefined
      ? []
      : [['Started', format.dateTime(experiment.startedAtMs)] as const]),
    ...(experiment.stoppedAtMs === undefined
      ? []
      : [['Stopped', format.dateTime(experiment.stoppedAtMs)] as const]),
  ];
  return (
    <section className="panel stack" aria-label="How it is set up">
      <h2>How it is set up</h2>
      {experiment.hypothesis === '' ? null : <p>{experiment.hypothesis}</p>}
      <dl className="experiment-setup">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {experiment.stopReason === undefined ? null : <p className="quiet">{experiment.stopReason}</p>}
    </section>
  );
}
