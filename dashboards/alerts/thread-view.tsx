import type { ReactNode } from 'react';
import type { AlertItem, AlertThread, AlertThreadDetail } from '../../platform/contracts/alert-thread.ts';
import { cutWords, eventLine, familyWords, stateWords } from '../data/alert-words.ts';
import { rarityWords, severityWords } from '../data/anomaly-words.ts';
import { duration } from '../data/format.ts';
import { useQuery } from '../data/hooks.ts';
import { useViewLink } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Link } from '../ui/link.tsx';
import { Empty, Notice, ProblemNote, Skeleton } from '../ui/states.tsx';
import { Feedback } from './feedback.tsx';
import { Impact } from './impact.tsx';
import { ThreadActions } from './thread-actions.tsx';

/** One thread: what fires, since when, how unusual, why, what was done and told, why I was told. Where a mail's links lead. */
export function ThreadView({ id }: { readonly id: string }): ReactNode {
  const { queries } = useWorkspace();
  const to = useViewLink();
  const detail = useQuery(queries.alert, id);
  return (
    <>
      <div className="page-head">
        <div>
          <p className="small">
            <Link to={to('/alerts')}>Alerts</Link>
          </p>
          <h1>{detail.data?.thread.title ?? 'Alert'}</h1>
        </div>
      </div>
      {detail.problem === undefined ? null : (
        <ProblemNote problem={detail.problem} onRetry={queries.alert.refresh} />
      )}
      {detail.data === undefined ? (
        detail.problem === undefined && <Skeleton height={480} />
      ) : (
        <Found detail={detail.data} />
      )}
    </>
  );
}

function Found({ detail }: { readonly detail: AlertThreadDetail }): ReactNode {
  const { thread } = detail;
  return (
    <div className="thread-grid">
      <div className="stack">
        <section className="panel stack-tight" aria-label="State">
          <State thread={thread} />
          <ThreadActions thread={thread} />
        </section>
        <section className="panel stack-tight" aria-labelledby="alerts-title">
          <h2 id="alerts-title">What it is</h2>
          {thread.alerts.length === 0 ? (
            <Empty title="Its alerts are not kept any more" />
          ) : (
            <ul className="thread-alerts">
              {thread.alerts.map((item) => (
                <Alert key={item.id} item={item} />
              ))}
            </ul>
          )}
          {thread.alertCount > thread.alerts.length ? (
            <p className="small quiet">and {thread.alertCount - thread.alerts.length} more</p>
          ) : null}
        </section>
      </div>
      <div className="stack">
        <section className="panel stack-tight" aria-labelledby="because-title">
          <h2 id="because-title">Why did I get this</h2>
          <Because detail={detail} />
        </section>
        <Feedback detail={detail} />
        <section className="panel stack-tight" aria-labelledby="history-title">
          <h2 id="history-title">History</h2>
          <History thread={thread} />
        </section>
      </div>
    </div>
  );
}

function State({ thread }: { readonly thread: AlertThread }): ReactNode {
  const { format } = useWorkspace();
  const { acknowledged, snoozed } = thread;
  return (
    <>
      <p className="row-wrap">
        <span className={`badge ${severityWords[thread.severity].tone}`}>
          {severityWords[thread.severity].text}
        </span>
        <span className={`badge ${stateWords[thread.state].tone}`}>{stateWords[thread.state].text}</span>
        <span className="quiet">
          {familyWords[thread.family]}, {thread.endedAtMs === null ? 'since ' : 'from '}
          <time dateTime={new Date(thread.startedAtMs).toISOString()}>
            {format.dateTime(thread.startedAtMs)}
          </time>
          {thread.endedAtMs === null ? '' : ` for ${duration(thread.endedAtMs - thread.startedAtMs)}`}
        </span>
      </p>
      {thread.impact === null ? null : (
        <p>
          <Impact impact={thread.impact} />
          {thread.endedAtMs === null ? ' so far' : ''}
        </p>
      )}
      {acknowledged === null ? null : (
        <Notice tone="good">
          <span>
            {acknowledged.by} takes care, since {format.dateTime(acknowledged.atMs)}
            {acknowledged.comment === '' ? '' : `: ${acknowledged.comment}`}
          </span>
        </Notice>
      )}
      {snoozed === null ? null : (
        <Notice>
          <span>
            Snoozed by {snoozed.by}{' '}
            {snoozed.untilMs === null
              ? 'until something changes'
              : `until ${format.dateTime(snoozed.untilMs)}`}
          </span>
        </Notice>
      )}
    </>
  );
}

function Alert({ item }: { readonly item: AlertItem }): ReactNode {
  const { format } = useWorkspace();
  const to = useViewLink();
  const { unit } = item;
  const value = (number: number): string =>
    unit === null ? format.count(number) : format.value(number, unit, 'tile');
  const hasBand = item.lower !== null && item.upper !== null;
  const cut = cutWords(item.dims);
  return (
    <li className="thread-alert">
      <p className="row-wrap">
        <span className={`badge ${severityWords[item.severity].tone}`}>
          {severityWords[item.severity].text}
        </span>
        <span className="small quiet">
          {item.kind}
          {cut === '' ? '' : `, ${cut}`}
          {item.state === 'resolved' ? ', over' : ''}
        </span>
      </p>
      <p className="strong">{item.title}</p>
      {item.body === '' ? null : <p>{item.body}</p>}
      {item.observed === null ? null : (
        <p>
          <span className={item.isGood === true ? 'good' : 'bad'}>{value(item.observed)}</span>
          {hasBand && item.lower !== null && item.upper !== null
            ? ` where ${value(item.lower)} to ${value(item.upper)} was expected`
            : item.expected === null
              ? ''
              : ` against ${value(item.expected)}`}
          {item.score === null || item.kind !== 'anomaly' ? '' : `, so unusual ${rarityWords(item.score)}`}
        </p>
      )}
      {item.why.length === 0 ? null : (
        <p>
          Why:{' '}
          {item.why
            .map(
              (each) =>
                `${each.dimension} ${each.value} ${each.contribution < 0 ? '▼' : '▲'} ${value(Math.abs(each.contribution))} (${format.percent(each.share)})`,
            )
            .join(', ')}
        </p>
      )}
      {item.link.startsWith('/') ? (
        <p>
          <Link to={to(item.link.split('?')[0] ?? item.link)}>Chart and evidence</Link>
        </p>
      ) : null}
    </li>
  );
}

function Because({ detail }: { readonly detail: AlertThreadDetail }): ReactNode {
  const to = useViewLink();
  if (detail.because.length === 0)
    return (
      <p className="quiet">
        Nothing was sent to you about it. The inbox shows every thread;{' '}
        <Link to={to('/alerts/subscriptions')}>subscriptions</Link> tell you by mail or elsewhere.
      </p>
    );
  return (
    <ul className="thread-history">
      {detail.because.map((each) => (
        <li key={each.id}>
          <Link to={to(`/alerts/subscriptions`)} className="strong">
            {each.name}
          </Link>
          <span>{each.why}</span>
        </li>
      ))}
    </ul>
  );
}

function History({ thread }: { readonly thread: AlertThread }): ReactNode {
  const { format } = useWorkspace();
  if (thread.history.length === 0) return <p className="quiet">Nothing yet.</p>;
  return (
    <ol className="thread-history">
      {thread.history.toReversed().map((event, index) => (
        // Events have no id and are only ever added at the end.
        <li key={thread.history.length - index} className="small">
          <time dateTime={new Date(event.atMs).toISOString()} className="quiet">
            {format.dateTime(event.atMs)}
          </time>
          <span>{eventLine(event)}</span>
        </li>
      ))}
    </ol>
  );
}
