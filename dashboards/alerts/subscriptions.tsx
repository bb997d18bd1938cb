import { useState, type ReactNode } from 'react';
import type { ContactPoint, Subscription } from '../../platform/contracts/alert-subscription.ts';
import { whatWords, whenWords } from '../data/alert-words.ts';
import { useQuery } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { useAction } from '../ui/form.tsx';
import { Icon } from '../ui/icons.tsx';
import { Empty, ProblemNote, Skeleton } from '../ui/states.tsx';
import { Contacts } from './contacts.tsx';
import { SubscriptionDialog } from './subscription-dialog.tsx';

type Asking = 'new' | { readonly what: 'edit' | 'end'; readonly subscription: Subscription };

/** What I get and when, and the ways to reach me. */
export function Subscriptions(): ReactNode {
  const { api, queries, session } = useWorkspace();
  const subscriptions = useQuery(queries.subscriptions, 'all');
  const contacts = useQuery(queries.contacts, 'all');
  const [asking, setAsking] = useState<Asking>();
  const list = subscriptions.data?.subscriptions ?? [];
  const all = contacts.data?.contacts ?? [];
  const mine = all.filter(({ userId }) => userId === session.user?.id);
  return (
    <>
      <section className="panel stack-tight" aria-labelledby="subscriptions-title">
        <div className="row spread">
          <h2 id="subscriptions-title">My subscriptions</h2>
          <button
            type="button"
            className="button button-primary"
            disabled={contacts.data === undefined}
            onClick={() => setAsking('new')}
          >
            <Icon name="plus" /> Subscribe
          </button>
        </div>
        {subscriptions.problem === undefined ? null : (
          <ProblemNote problem={subscriptions.problem} onRetry={queries.subscriptions.refresh} />
        )}
        {subscriptions.data === undefined && subscriptions.problem === undefined ? (
          <Skeleton height={96} />
        ) : null}
        {subscriptions.data !== undefined && list.length === 0 ? (
          <Empty title="You are subscribed to nothing">
            <p>
              The inbox shows every alert all the same. A subscription brings them to you. First add a way to
              reach you.
            </p>
          </Empty>
        ) : null}
        <ul className="subscription-list">
          {list.map((subscription) => (
            <Row
              key={subscription.id}
              subscription={subscription}
              contacts={all}
              onAsk={(what) => setAsking({ what, subscription })}
            />
          ))}
        </ul>
      </section>
      <Contacts
        contacts={mine}
        isLoading={contacts.data === undefined && contacts.problem === undefined}
        problem={contacts.problem}
      />
      {asking === undefined ? null : asking === 'new' ? (
        <SubscriptionDialog subscription={undefined} contacts={all} onClose={() => setAsking(undefined)} />
      ) : asking.what === 'edit' ? (
        <SubscriptionDialog
          subscription={asking.subscription}
          contacts={all}
          onClose={() => setAsking(undefined)}
        />
      ) : (
        <ConfirmDialog
          title={`End ${asking.subscription.name}`}
          confirm="End it"
          onClose={() => setAsking(undefined)}
          onConfirm={async () => {
            await api.unsubscribe(asking.subscription.id);
            queries.subscriptions.refresh();
          }}
        >
          <p>You get nothing of it any more. The inbox stays.</p>
        </ConfirmDialog>
      )}
    </>
  );
}

function Row({
  subscription,
  contacts,
  onAsk,
}: {
  readonly subscription: Subscription;
  readonly contacts: readonly ContactPoint[];
  readonly onAsk: (what: 'edit' | 'end') => void;
}): ReactNode {
  const { api, queries } = useWorkspace();
  const action = useAction();
  const kpis = useQuery(queries.kpis, 'all');
  const titleOf = (key: string): string => kpis.data?.kpis.find((each) => each.key === key)?.title ?? key;
  const where = subscription.where.flatMap((id) => contacts.find((each) => each.id === id)?.name ?? []);
  const {
    createdAtMs: _created,
    changedAtMs: _changed,
    id,
    tenant: _tenant,
    userId: _user,
    ...body
  } = subscription;
  return (
    <li className="list-row">
      <div>
        <p className="strong">
          {subscription.name} {subscription.isOn ? null : <span className="badge">off</span>}
        </p>
        <p className="small quiet">
          {whatWords(subscription, titleOf)} · {whenWords(subscription)} ·{' '}
          {where.length === 0 ? <span className="warn">goes nowhere</span> : `to ${where.join(', ')}`}
        </p>
        {action.problem === undefined ? null : <ProblemNote problem={action.problem} />}
      </div>
      <div className="row-wrap">
        <button
          type="button"
          className="button button-small"
          aria-disabled={action.isRunning}
          onClick={() =>
            action.run(async () => {
              await api.changeSubscription(id, { ...body, isOn: !body.isOn });
              queries.subscriptions.refresh();
            })
          }
        >
          {subscription.isOn ? 'Pause' : 'Go on'}
          <span className="unseen"> {subscription.name}</span>
        </button>
        <button type="button" className="button button-small" onClick={() => onAsk('edit')}>
          Change<span className="unseen"> {subscription.name}</span>
        </button>
        <button type="button" className="button button-small button-danger" onClick={() => onAsk('end')}>
          End<span className="unseen"> {subscription.name}</span>
        </button>
      </div>
    </li>
  );
}
