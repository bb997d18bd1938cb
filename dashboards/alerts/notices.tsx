import type { ReactNode } from 'react';
import { severityWords } from '../data/anomaly-words.ts';
import { useQuery, useTopic } from '../data/hooks.ts';
import { useViewLink } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { useAction } from '../ui/form.tsx';
import { Link } from '../ui/link.tsx';
import { Empty, ProblemNote, Skeleton } from '../ui/states.tsx';

/** What my subscriptions brought to my inbox of this app, and what of it I have read; nobody else's reading counts. */
export function Notices(): ReactNode {
  const { api, format, queries } = useWorkspace();
  const to = useViewLink();
  useTopic('alerts');
  const found = useQuery(queries.notices, 'all');
  const action = useAction();
  const { data } = found;
  const isEmpty = data?.notices.length === 0;
  const contacts = useQuery(queries.contacts, isEmpty ? 'all' : undefined);
  const subscriptions = useQuery(queries.subscriptions, isEmpty ? 'all' : undefined);
  const here = contacts.data?.contacts.filter(({ channel }) => channel === 'inapp').map(({ id }) => id) ?? [];
  const isSubscribed =
    subscriptions.data?.subscriptions.some(
      ({ isOn, where }) => isOn && where.some((id) => here.includes(id)),
    ) === true;
  const newest = data?.notices[0]?.createdAtMs;
  return (
    <section className="stack-tight" aria-label="Notices to me">
      {found.problem === undefined ? null : (
        <ProblemNote problem={found.problem} onRetry={queries.notices.refresh} />
      )}
      {action.problem === undefined ? null : <ProblemNote problem={action.problem} />}
      {data === undefined ? (
        found.problem === undefined ? (
          <Skeleton height={240} />
        ) : null
      ) : data.notices.length === 0 ? (
        <Empty title="No notices to you yet">
          {isSubscribed ? (
            <p>
              The next alert that fits <Link to={to('/alerts/subscriptions')}>your subscriptions</Link> comes
              here. What fires already is in the <Link to={to('/alerts')}>inbox</Link>.
            </p>
          ) : (
            <p>
              Under <Link to={to('/alerts/subscriptions')}>Subscriptions</Link>, add notices in this app as a
              way to reach you and choose it in a subscription. Every alert of the tenant stands in the{' '}
              <Link to={to('/alerts')}>inbox</Link> all the same.
            </p>
          )}
        </Empty>
      ) : (
        <>
          <div className="row-wrap">
            <span role="status">
              {data.unread === 0 ? 'All read.' : `${format.count(data.unread)} unread, for you alone.`}
            </span>
            {data.unread > 0 && newest !== undefined ? (
              <button
                type="button"
                className="button button-small"
                aria-disabled={action.isRunning}
                onClick={() =>
                  action.run(async () => {
                    await api.readNotices({ untilMs: newest });
                    queries.notices.refresh();
                  })
                }
              >
                Mark all as read
              </button>
            ) : null}
          </div>
          <ul className="subscription-list">
            {data.notices.map((notice) => {
              const [thread] = notice.threadIds;
              return (
                <li key={notice.id} className="list-row">
                  <div>
                    <p className="row-wrap">
                      <span className={`badge ${severityWords[notice.severity].tone}`}>
                        {severityWords[notice.severity].text}
                      </span>
                      {notice.isRead ? null : <span className="badge badge-accent">unread</span>}
                      <time dateTime={new Date(notice.createdAtMs).toISOString()} className="small quiet">
                        {format.dateTime(notice.createdAtMs)}
                      </time>
                    </p>
                    <p className={notice.isRead ? undefined : 'strong'}>
                      {thread === undefined ? (
                        notice.title
                      ) : (
                        <Link to={to(`/alerts/${encodeURIComponent(thread)}`)}>{notice.title}</Link>
                      )}
                    </p>
                    <p className="small quiet">by {notice.subscriptionName}</p>
                  </div>
                  {notice.isRead ? null : (
                    <button
                      type="button"
                      className="button button-small"
                      aria-disabled={action.isRunning}
                      onClick={() =>
                        action.run(async () => {
                          await api.readNotices({ ids: [notice.id] });
                          queries.notices.refresh();
                        })
                      }
                    >
                      Mark as read<span className="unseen"> {notice.title}</span>
                    </button>
                  )}
                </li>
              );
            })}
          </ul>
        </>
      )}
    </section>
  );
}
