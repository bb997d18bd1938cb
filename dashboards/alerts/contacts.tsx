import { useState, type ReactNode } from 'react';
import type { ContactPoint } from '../../platform/contracts/alert-subscription.ts';
import type { DeliveryView } from '../../platform/contracts/alert-thread.ts';
import type { Problem } from '../../platform/contracts/api.ts';
import { channelWords } from '../data/alert-words.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { Secret } from '../ui/copy.tsx';
import { useAction } from '../ui/form.tsx';
import { Icon } from '../ui/icons.tsx';
import { Empty, Notice, ProblemNote, Skeleton } from '../ui/states.tsx';
import { ContactDialog } from './contact-dialog.tsx';

/** Ways to reach me: each can be tried at once. */
export function Contacts({
  contacts,
  isLoading,
  problem,
}: {
  readonly contacts: readonly ContactPoint[];
  readonly isLoading: boolean;
  readonly problem: Problem | undefined;
}): ReactNode {
  const { api, queries } = useWorkspace();
  const [asking, setAsking] = useState<'add' | ContactPoint>();
  const [secret, setSecret] = useState<string>();
  return (
    <section className="panel stack-tight" aria-labelledby="contacts-title">
      <div className="row spread">
        <h2 id="contacts-title">Ways to reach me</h2>
        <button type="button" className="button" onClick={() => setAsking('add')}>
          <Icon name="plus" /> Add
        </button>
      </div>
      {problem === undefined ? null : <ProblemNote problem={problem} onRetry={queries.contacts.refresh} />}
      {secret === undefined ? null : (
        <Secret secret={secret}>
          <p className="strong">The secret that signs this webhook. It is shown once.</p>
          <p>Check signatures with it as Standard Webhooks describes.</p>
        </Secret>
      )}
      {isLoading ? <Skeleton height={64} /> : null}
      {!isLoading && problem === undefined && contacts.length === 0 ? (
        <Empty title="No way to reach you yet">
          <p>Add your e-mail address, this browser, Slack, PagerDuty or a webhook.</p>
        </Empty>
      ) : null}
      <ul className="contact-list">
        {contacts.map((contact) => (
          <Row key={contact.id} contact={contact} onRemove={() => setAsking(contact)} />
        ))}
      </ul>
      {asking === 'add' ? <ContactDialog onClose={() => setAsking(undefined)} onSecret={setSecret} /> : null}
      {asking === undefined || asking === 'add' ? null : (
        <ConfirmDialog
          title={`Remove ${asking.name}`}
          confirm="Remove"
          onClose={() => setAsking(undefined)}
          onConfirm={async () => {
            await api.removeContact(asking.id);
            queries.contacts.refresh();
            queries.subscriptions.refresh();
          }}
        >
          <p>Nothing is sent there any more; its secret is deleted.</p>
        </ConfirmDialog>
      )}
    </section>
  );
}

function Row({
  contact,
  onRemove,
}: {
  readonly contact: ContactPoint;
  readonly onRemove: () => void;
}): ReactNode {
  const { api, queries } = useWorkspace();
  const action = useAction();
  const [tested, setTested] = useState<DeliveryView>();
  return (
    <li className="list-row">
      <div className="stack-tight">
        <p>
          <span className="strong">{contact.name}</span>{' '}
          <span className="quiet">
            {channelWords[contact.channel]}, {contact.shown}
          </span>
        </p>
        {contact.isOn ? null : (
          <p className="small warn">Switched off: {contact.offReason}. A test that works switches it on.</p>
        )}
        {tested === undefined ? null : (
          <Notice tone={tested.state === 'sent' ? 'good' : 'warn'}>
            <span>
              {tested.state !== 'sent'
                ? `It does not work: ${tested.lastNote}`
                : contact.channel === 'inapp'
                  ? 'It works: what is told comes under Notices to me.'
                  : `It works: ${tested.lastNote}`}
            </span>
          </Notice>
        )}
        {action.problem === undefined ? null : <ProblemNote problem={action.problem} />}
      </div>
      <div className="row-wrap">
        <button
          type="button"
          className="button button-small"
          aria-disabled={action.isRunning}
          onClick={() =>
            action.run(async () => {
              setTested(undefined);
              setTested(await api.testContact(contact.id));
              queries.contacts.refresh();
              queries.deliveries.refresh();
            })
          }
        >
          {action.isRunning ? 'Testing…' : 'Test'}
          <span className="unseen"> {contact.name}</span>
        </button>
        <button type="button" className="button button-small button-danger" onClick={onRemove}>
          Remove<span className="unseen"> {contact.name}</span>
        </button>
      </div>
    </li>
  );
}
