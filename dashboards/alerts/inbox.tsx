import { useEffect, type ReactNode } from 'react';
import type { AlertThread } from '../../platform/contracts/alert-thread.ts';
import { familyWords, mergeThreads, stateWords } from '../data/alert-words.ts';
import { severityWords } from '../data/anomaly-words.ts';
import { ago, duration } from '../data/format.ts';
import { useNow, useOpenAlerts, useQuery, useTopic } from '../data/hooks.ts';
import { useParam, useViewLink } from '../data/router.ts';
import { families } from '../data/wire-alerts.ts';
import { useWorkspace } from '../data/workspace.ts';
import { useAction } from '../ui/form.tsx';
import { Fold } from '../ui/fold.tsx';
import { Link } from '../ui/link.tsx';
import { OnlySelect } from '../ui/only-select.tsx';
import { Empty, ProblemNote, Skeleton } from '../ui/states.tsx';
import { Impact } from './impact.tsx';

const LIMIT = 200;
/** So many open threads are told live at most. */
const LIVE_LIMIT = 50;
/** So many that press nobody are shown at once. */
const FEW = 5;
const states = ['firing', 'acknowledged', 'resolved'] as const;
const severities = ['critical', 'warning', 'info'] as const;

/** What fires, what somebody takes care of, what is over: one line a thread, what is urgent first, the rest behind its number. */
export function Inbox(): ReactNode {
  const { queries } = useWorkspace();
  const to = useViewLink();
  useTopic('alerts');
  const [state, setState] = useParam('state');
  const [severity, setSeverity] = useParam('severity');
  const [family, setFamily] = useParam('family');
  const list = useQuery(queries.alerts, {
    limit: LIMIT,
    ...(state === '' ? {} : { state }),
    ...(severity === '' ? {} : { severity }),
    ...(family === '' ? {} : { family }),
  });
  const live = useOpenAlerts();
  const { refresh } = queries.alerts;
  const open = new Set(live?.open.map(({ id }) => id));
  const isAnyOver =
    live !== undefined &&
    live.open.length < LIVE_LIMIT &&
    list.data?.threads.some(({ id, state: held }) => held !== 'resolved' && !open.has(id)) === true;
  useEffect(() => {
    // What left the list of open ones is over: only the server has how it ended.
    if (isAnyOver) refresh();
  }, [isAnyOver, refresh]);
  const isWanted = (thread: AlertThread): boolean =>
    (state === '' || thread.state === state) &&
    (severity === '' || thread.severity === severity) &&
    (family === '' || thread.family === family);
  const threads = mergeThreads(list.data?.threads ?? [], live?.open ?? [], isWanted);
  const ended = threads.filter((thread) => thread.state === 'resolved');
  const isInforming = (thread: AlertThread): boolean =>
    thread.state !== 'resolved' && thread.severity === 'info';
  const informing = threads.filter(isInforming);
  const urgent = threads.filter((thread) => thread.state !== 'resolved' && !isInforming(thread));
  return (
    <section className="stack-tight" aria-label="Threads of alerts">
      <div className="row-wrap">
        <OnlySelect label="State" all="Every state" value={state} options={states} onChange={setState} />
        <OnlySelect
          label="Severity"
          all="Every severity"
          value={severity}
          options={severities}
          onChange={setSeverity}
        />
        <OnlySelect
          label="Family"
          all="Every family"
          value={family}
          options={families}
          words={(each) => familyWords[each]}
          onChange={setFamily}
        />
        {list.data?.isCut === true ? (
          <span className="small quiet">The newest {LIMIT} are shown.</span>
        ) : null}
      </div>
      {list.problem === undefined ? null : (
        <ProblemNote problem={list.problem} onRetry={queries.alerts.refresh} />
      )}
      {list.data === undefined && list.problem === undefined && threads.length === 0 ? (
        <Skeleton height={240} />
      ) : null}
      {list.data !== undefined && threads.length === 0 ? (
        <Empty title="No alerts">
          <p>
            Every KPI is watched. What is unusual, crosses its alert level or takes off comes here, and by{' '}
            <Link to={to('/alerts/subscriptions')}>your subscriptions</Link> to you.
          </p>
        </Empty>
      ) : null}
      {threads.length === 0 ? null : (
        <div className={list.isOutdated ? 'stack is-outdated' : 'stack'}>
          <section className="stack-tight" aria-labelledby="urgent-title">
            <h2 id="urgent-title">Needs somebody ({urgent.length})</h2>
            {urgent.length === 0 ? <p className="quiet">Nothing that fires needs a person now.</p> : null}
            <ThreadList threads={urgent} />
          </section>
          <Folded title="For information" threads={informing} isAsked={severity === 'info'} />
          <Folded title="Over" threads={ended} isAsked={state === 'resolved'} />
        </div>
      )}
    </section>
  );
}

function ThreadList({ threads }: { readonly threads: readonly AlertThread[] }): ReactNode {
  return (
    <ul className="threads">
      {threads.map((thread) => (
        <ThreadRow key={thread.id} thread={thread} />
      ))}
    </ul>
  );
}

/** A few are shown at once, many stay behind their number. */
function Folded({
  title,
  threads,
  isAsked,
}: {
  readonly title: string;
  readonly threads: readonly AlertThread[];
  /** The filters ask for it by name. */
  readonly isAsked: boolean;
}): ReactNode {
  if (threads.length === 0) return null;
  return (
    <Fold title={title} count={threads.length} isOpen={isAsked || threads.length <= FEW}>
      <ThreadList threads={threads} />
    </Fold>
  );
}

function ThreadRow({ thread }: { readonly thread: AlertThread }): ReactNode {
  const { api, format, queries } = useWorkspace();
  const to = useViewLink();
  const action = useAction();
  const now = useNow(30_000);
  const link = to(`/alerts/${encodeURIComponent(thread.id)}`);
  const isOver = thread.state === 'resolved';
  return (
    <li className={`thread-row thread-row-${isOver ? 'over' : thread.severity}`}>
      <div className="stack-tight">
        <p className="row-wrap">
          <span className={`badge ${severityWords[thread.severity].tone}`}>
            {severityWords[thread.severity].text}
          </span>
          {/* What only informs is no fault, however long it lasts. */}
          <span
            className={
              thread.severity === 'info' && thread.state === 'firing'
                ? 'badge'
                : `badge ${stateWords[thread.state].tone}`
            }
          >
            {stateWords[thread.state].text}
          </span>
          {thread.snoozed === null ? null : <span className="badge">snoozed</span>}
          <span className="small quiet">{familyWords[thread.family]}</span>
        </p>
        <Link to={link} className="strong thread-title">
          {thread.title}
        </Link>
        <p className="small quiet">
          {isOver ? 'from ' : 'since '}
          <time dateTime={new Date(thread.startedAtMs).toISOString()}>
            {format.dateTime(thread.startedAtMs)}
          </time>
          {thread.endedAtMs === null
            ? `, ${ago(Math.max(0, now - thread.startedAtMs))}`
            : ` for ${duration(thread.endedAtMs - thread.startedAtMs)}`}
          {thread.alertCount > 1 ? `, ${thread.alertCount} alerts` : ''}
          {thread.acknowledged === null ? '' : `, ${thread.acknowledged.by} takes care`}
          <Impact impact={thread.impact} before=", " />
        </p>
        {action.problem === undefined ? null : <ProblemNote problem={action.problem} />}
      </div>
      {thread.state === 'firing' ? (
        <div className="row-wrap">
          <button
            type="button"
            className="button button-small"
            aria-disabled={action.isRunning}
            onClick={() =>
              action.run(async () => {
                await api.acknowledge(thread.id, '');
                queries.alerts.refresh();
              })
            }
          >
            Acknowledge<span className="unseen"> {thread.title}</span>
          </button>
        </div>
      ) : null}
    </li>
  );
}
