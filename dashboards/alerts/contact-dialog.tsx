import { useState, type ReactNode } from 'react';
import type { AlertChannel, ContactRequest } from '../../platform/contracts/alert-subscription.ts';
import { channelWords } from '../data/alert-words.ts';
import { canPush, subscribeBrowser } from '../data/browser-push.ts';
import type { Api } from '../data/api.ts';
import { channels } from '../data/wire-alerts.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChoiceField } from '../ui/choice-field.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { useAction, type Action } from '../ui/form.tsx';
import { TextField } from '../ui/text-field.tsx';

const hints: Readonly<Record<AlertChannel, string>> = {
  inapp: 'They come under Notices to me.',
  push: 'This browser shows alerts, also when no page of Weir is open.',
  email: 'Text and HTML, with a link to unsubscribe.',
  slack: 'An incoming webhook of a channel.',
  pagerduty: 'Incidents are opened, acknowledged and resolved.',
  webhook: 'JSON, signed as Standard Webhooks describes.',
};

/** Adds a way to be reached. What is secret goes to the server once and never comes back. */
export function ContactDialog({
  onClose,
  onSecret,
}: {
  readonly onClose: () => void;
  readonly onSecret: (secret: string | undefined) => void;
}): ReactNode {
  const { api, can, queries, session } = useWorkspace();
  const action = useAction();
  const [channel, setChannel] = useState<AlertChannel>('email');
  const [name, setName] = useState('');
  const [value, setValue] = useState('');
  const own = session.user?.email ?? '';
  const isPushable = canPush();
  const usable = channels.filter((each) => each !== 'push' || isPushable);
  return (
    <FormDialog
      title="Add a way to reach me"
      onClose={onClose}
      submit="Add"
      action={action}
      onSubmit={async () => {
        const { secret } = await api.addContact(
          await requestOf(
            api,
            channel,
            name.trim() === '' ? channelWords[channel] : name.trim(),
            value.trim(),
          ),
        );
        onSecret(secret);
        queries.contacts.refresh();
        onClose();
      }}
    >
      <ChoiceField
        label="Channel"
        hint={hints[channel]}
        fault={action.faultOf('channel')}
        value={channel}
        choices={usable.map((each) => [each, channelWords[each]])}
        onChange={(chosen) => {
          setChannel(channels.find((each) => each === chosen) ?? 'email');
          setValue('');
        }}
      />
      {isPushable ? null : (
        <p className="small quiet">Browser push needs HTTPS and a browser that can do it.</p>
      )}
      <TextField
        label="Name"
        hint="To tell it from others."
        fault={action.faultOf('name')}
        maxLength={120}
        placeholder={channelWords[channel]}
        value={name}
        onChange={setName}
      />
      <Target
        channel={channel}
        value={value}
        own={own}
        mayNameAnother={can('admin')}
        action={action}
        onChange={setValue}
      />
    </FormDialog>
  );
}

function Target({
  channel,
  value,
  own,
  mayNameAnother,
  action,
  onChange,
}: {
  readonly channel: AlertChannel;
  readonly value: string;
  readonly own: string;
  readonly mayNameAnother: boolean;
  readonly action: Action;
  readonly onChange: (value: string) => void;
}): ReactNode {
  if (channel === 'inapp' || channel === 'push') return null;
  const { label, hint, fault } = {
    email: {
      label: 'E-mail address',
      hint: mayNameAnother ? `Empty: ${own}` : `Mail goes to ${own}.`,
      fault: 'address',
    },
    slack: { label: 'Address of the webhook', hint: 'https://hooks.slack.com/services/…', fault: 'url' },
    pagerduty: {
      label: 'Routing key',
      hint: '32 letters and digits, of an Events API v2 integration.',
      fault: 'routingKey',
    },
    webhook: { label: 'Address', hint: 'Begins with https://. Redirects are not followed.', fault: 'url' },
  }[channel];
  return (
    <TextField
      label={label}
      hint={hint}
      fault={action.faultOf(fault)}
      autoComplete="off"
      type={channel === 'email' ? 'email' : 'text'}
      disabled={channel === 'email' && !mayNameAnother}
      value={value}
      onChange={onChange}
    />
  );
}

async function requestOf(
  api: Api,
  channel: AlertChannel,
  name: string,
  value: string,
): Promise<ContactRequest> {
  switch (channel) {
    case 'inapp':
      return { channel, name };
    case 'push':
      return { channel, name, push: await subscribeBrowser((await api.pushKey()).key) };
    case 'email':
      return { channel, name, ...(value === '' ? {} : { address: value }) };
    case 'pagerduty':
      return { channel, name, routingKey: value };
    case 'slack':
    case 'webhook':
      return { channel, name, url: value };
  }
}
