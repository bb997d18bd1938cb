import { useState, type ReactNode } from 'react';
import type { Job } from '../../platform/contracts/api.ts';
import type { SystemState } from '../../platform/contracts/live.ts';
import { ago } from '../data/format.ts';
import { useCounters, useLiveWatermark, useQuery, useSystem, useTopic } from '../data/hooks.ts';
import { useViewLink } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { JobCard, jobLink } from '../ui/job.tsx';
import { Empty, ProblemNote, Skeleton } from '../ui/states.tsx';
import { ModelsState } from './models-state.tsx';
import './system.css';

export function StateScreen(): ReactNode {
  useTopic('system');
  useTopic('counters');
  useTopic('kpis');
  return (
    <div className="columns-2">
      <div className="stack">
        <Parts />
        <Progress />
        <Stages />
        <ModelsState />
        <Sources />
      </div>
      <div className="stack">
        <Jobs />
        <Demo />
      </div>
    </div>
  );
}

const words = {
  up: { tone: 'badge-good', text: '✓ up' },
  degraded: { tone: 'badge-warn', text: '◐ degraded' },
  down: { tone: 'badge-bad', text: '✕ down' },
} as const;

function Parts(): ReactNode {
  const { queries } = useWorkspace();
  const live = useSystem();
  // Before the socket speaks, and when it cannot, the answer of the API.
  const asked = useQuery(queries.system, live === undefined ? 'all' : undefined);
  const system: SystemState | undefined = live ?? asked.data;
  return (
    <section className="panel stack-tight" aria-labelledby="parts-title">
      <div className="row spread">
        <h2 id="parts-title">Parts</h2>
        {system === undefined ? null : <span className="small quiet">Weir {system.version}</span>}
      </div>
      {asked.problem === undefined || system !== undefined ? null : (
        <ProblemNote problem={asked.problem} onRetry={queries.system.refresh} />
      )}
      {system === undefined ? (
        <Skeleton height={200} />
      ) : (
        <ul className="parts">
          {system.parts.map((part) => (
            <li key={part.name}>
              <span className="strong">{part.name}</span>
              <span className={`badge ${words[part.state].tone}`}>{words[part.state].text}</span>
              <span className="quiet">{part.detail}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Progress(): ReactNode {
  const { format, nowMs } = useWorkspace();
  const system = useSystem();
  const counters = useCounters();
  const watermarkMs = useLiveWatermark('kpis');
  const count = (value: number | undefined): string => (value === undefined ? '–' : format.count(value));
  const rows: readonly (readonly [string, string, string])[] = [
    [
      'Events a second',
      counters === undefined ? '–' : format.value(counters.eventsPerSecond, 'count', 'tile'),
      'stored, over the last seconds',
    ],
    ['Accepted', count(counters?.accepted), 'answered with success, resends included'],
    ['Stored', count(counters?.stored), 'each counted once'],
    ['Duplicates', count(counters?.duplicates), 'resends of what was known'],
    ['Rejected', count(counters?.rejected), 'kept with their reason under Refused events'],
    ['Late', count(counters?.late), 'came after their window; corrected by a job'],
    ['Pending messages', count(system?.pendingMessages), 'accepted, waiting to be counted'],
    [
      'Freshness',
      system?.freshnessMs == null ? '–' : ago(system.freshnessMs),
      'age of the newest event counted',
    ],
    [
      'Watermark',
      watermarkMs === undefined || watermarkMs <= 0 ? '–' : format.dateTime(watermarkMs),
      watermarkMs === undefined || watermarkMs <= 0
        ? 'event time up to which windows are complete'
        : `event time up to which windows are complete, ${ago(Math.max(0, nowMs() - watermarkMs))}`,
    ],
  ];
  return (
    <section className="panel stack-tight" aria-labelledby="progress-title">
      <h2 id="progress-title">Events and progress</h2>
      <dl className="progress-list">
        {rows.map(([name, value, meaning]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="strong">{value}</dd>
            <dd className="small quiet">{meaning}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** What each second stage does, in a few words; one that is not known here shows by its name. */
const stageWords: Readonly<Record<string, string>> = {
  watch: 'judges every KPI series',
  recurring: 'works out recurring revenue',
  identities: 'joins the identities of one person',
  posts: 'tracks posts after publication',
  trends: 'finds topics that trend',
};

/** How far what reads stored events has come: behind means its answers are older than the figures. */
function Stages(): ReactNode {
  const { format, nowMs, queries } = useWorkspace();
  const stages = useQuery(queries.stages, 'all');
  return (
    <section className="panel stack-tight" aria-labelledby="stages-title">
      <h2 id="stages-title">Second stages</h2>
      {stages.problem === undefined ? null : (
        <ProblemNote problem={stages.problem} onRetry={queries.stages.refresh} />
      )}
      {stages.data === undefined ? (
        stages.problem === undefined && <Skeleton height={64} />
      ) : (
        <ul className="parts">
          {stages.data.stages.map((stage) => {
            const isFailing = stage.failure !== null;
            const isWhole = !isFailing && stage.repair === null;
            const state = !stage.isOwned ? words.down : isWhole ? words.up : words.degraded;
            return (
              <li key={stage.name}>
                <span className="strong">{stage.name}</span>
                <span className={`badge ${state.tone}`}>{state.text}</span>
                <span className="quiet">
                  {stage.isOwned
                    ? `${stageWords[stage.name] ?? 'reads stored events'}; at message ${format.count(stage.position ?? 0)}, ${format.count(stage.pendingMessages ?? 0)} behind${
                        stage.flushedAtMs === null
                          ? ''
                          : `, wrote ${ago(Math.max(0, nowMs() - stage.flushedAtMs))}`
                      }${isFailing ? `. Repeating: ${stage.failure}` : ''}${stage.repair === null ? '' : `. ${stage.repair}`}`
                    : 'no processor works on it'}
                </span>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}

/** What is asked of the outside world; without a source there is nothing to show. */
function Sources(): ReactNode {
  const { format, nowMs, queries } = useWorkspace();
  const { data, problem } = useQuery(queries.sources, 'all');
  if (data === undefined)
    return problem === undefined ? null : <ProblemNote problem={problem} onRetry={queries.sources.refresh} />;
  if (data.sources.length === 0) return null;
  return (
    <section className="panel stack-tight" aria-labelledby="sources-title">
      <h2 id="sources-title">Sources</h2>
      <ul className="parts">
        {data.sources.map(({ name, kind, host, events, failures, lastOkMs, nextMs, problem: failure }) => {
          const state = failures === 0 ? words.up : lastOkMs === 0 ? words.down : words.degraded;
          return (
            <li key={name}>
              <span className="strong">{name}</span>
              <span className={`badge ${state.tone}`}>{state.text}</span>
              <span className="quiet">
                {kind} at {host}; {format.count(events)} events,{' '}
                {lastOkMs === 0 ? 'never answered' : `answered ${ago(Math.max(0, nowMs() - lastOkMs))}`}
                {failure === '' ? '' : `. ${failure}`}; asked again {format.time(nextMs)}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

const SHOWN_JOBS = 12;

function Jobs(): ReactNode {
  const { queries } = useWorkspace();
  const to = useViewLink();
  const jobs = useQuery(queries.jobs, 'all');
  const list: readonly Job[] | undefined = jobs.data?.jobs;
  return (
    <section className="panel stack-tight" aria-labelledby="jobs-title">
      <h2 id="jobs-title">Jobs</h2>
      {jobs.problem === undefined ? null : (
        <ProblemNote problem={jobs.problem} onRetry={queries.jobs.refresh} />
      )}
      {list === undefined && jobs.problem === undefined ? <Skeleton height={120} /> : null}
      {list?.length === 0 ? (
        <Empty title="No job has run">
          <p>Adding a KPI, replaying refused events and correcting late windows each make one.</p>
        </Empty>
      ) : null}
      {list?.slice(0, SHOWN_JOBS).map((job) => {
        const link = jobLink(job);
        return <JobCard key={job.id} job={job} to={link === undefined ? undefined : to(link)} />;
      })}
    </section>
  );
}

/** The way out of the demo: everything simulated goes, nothing else is touched. */
function Demo(): ReactNode {
  const { api, can, queries, session } = useWorkspace();
  const [isAsking, setAsking] = useState(false);
  const demo = session.tenants.find((tenant) => tenant.simulated);
  if (demo === undefined || !can('admin')) return null;
  return (
    <section className="panel stack-tight" aria-labelledby="demo-title">
      <h2 id="demo-title">Simulated data</h2>
      <p className="quiet">
        {demo.name} is filled by a simulator. Its data came through the same door as everybody’s and can be
        removed.
      </p>
      <div>
        <button type="button" className="button button-danger" onClick={() => setAsking(true)}>
          Remove simulated data
        </button>
      </div>
      {isAsking ? (
        <ConfirmDialog
          title={`Remove everything in ${demo.name}`}
          confirm="Remove"
          onClose={() => setAsking(false)}
          onConfirm={async () => {
            await api.removeDemo();
            queries.jobs.refresh();
          }}
        >
          <p>
            Events, KPIs and history of {demo.name} are deleted by a job. Other tenants are not touched. It
            cannot be taken back.
          </p>
        </ConfirmDialog>
      ) : null}
    </section>
  );
}
