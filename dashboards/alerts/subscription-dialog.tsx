import { useState, type ReactNode } from 'react';
import type {
  ContactPoint,
  SubscribedWhat,
  Subscription,
  SubscriptionRequest,
} from '../../platform/contracts/alert-subscription.ts';
import { channelWords } from '../data/alert-words.ts';
import { useWorkspace } from '../data/workspace.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { useAction } from '../ui/form.tsx';
import { TextField } from '../ui/text-field.tsx';
import { SubscriptionWhat } from './subscription-what.tsx';
import { SubscriptionWhen } from './subscription-when.tsx';

const everything: SubscribedWhat = {
  kpis: [],
  families: [],
  kinds: [],
  minSeverity: 'warning',
  channels: [],
  countries: [],
  streams: [],
  contents: [],
  withGood: false,
};

/** What, where and when: one dialog for a new subscription and for a change. */
export function SubscriptionDialog({
  subscription,
  contacts,
  onClose,
}: {
  readonly subscription: Subscription | undefined;
  readonly contacts: readonly ContactPoint[];
  readonly onClose: () => void;
}): ReactNode {
  const { api, queries, session } = useWorkspace();
  const action = useAction();
  const mine = contacts.filter(({ userId }) => userId === session.user?.id);
  const [draft, setDraft] = useState<SubscriptionRequest>(() =>
    subscription === undefined
      ? {
          name: 'Alerts',
          isOn: true,
          what: everything,
          where: mine.slice(0, 1).map(({ id }) => id),
          when: { mode: 'immediate', hour: 8, weekday: 1 },
          quiet: null,
          timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
          cap: null,
          escalation: null,
          withResolved: true,
        }
      : requestOf(subscription),
  );
  const change = (part: Partial<SubscriptionRequest>): void => setDraft({ ...draft, ...part });
  const title = subscription === undefined ? 'Subscribe' : `Change ${subscription.name}`;
  return (
    <FormDialog
      title={title}
      onClose={onClose}
      submit={subscription === undefined ? 'Subscribe' : 'Save'}
      action={action}
      onSubmit={async () => {
        if (subscription === undefined) await api.subscribe(draft);
        else await api.changeSubscription(subscription.id, draft);
        queries.subscriptions.refresh();
        onClose();
      }}
      isReady={draft.name.trim() !== ''}
    >
      <TextField
        label="Name"
        fault={action.faultOf('name')}
        maxLength={120}
        value={draft.name}
        onChange={(text) => change({ name: text })}
      />
      <SubscriptionWhat what={draft.what} onChange={(what) => change({ what })} />
      <fieldset className="group">
        <legend>Where</legend>
        {mine.length === 0 ? (
          <p className="warn">Add a way to reach you first; until then it only counts in the inbox.</p>
        ) : null}
        {mine.map(({ channel, id, name }) => (
          <label key={id} className="check">
            <input
              type="checkbox"
              checked={draft.where.includes(id)}
              onChange={(event) =>
                change({
                  where: event.target.checked
                    ? [...draft.where, id]
                    : draft.where.filter((each) => each !== id),
                })
              }
            />
            {name} <span className="quiet">{channelWords[channel]}</span>
          </label>
        ))}
      </fieldset>
      <SubscriptionWhen draft={draft} contacts={contacts} action={action} onChange={change} />
    </FormDialog>
  );
}

function requestOf(subscription: Subscription): SubscriptionRequest {
  const {
    id: _id,
    tenant: _tenant,
    userId: _user,
    createdAtMs: _made,
    changedAtMs: _changed,
    ...body
  } = subscription;
  return body;
}
