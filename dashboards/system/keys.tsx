import { useState, type ReactNode } from 'react';
import type { ApiKeyCreated, ApiKeyView } from '../../platform/contracts/admin.ts';
import type { Scope } from '../../platform/contracts/tenant.ts';
import { useQuery } from '../data/hooks.ts';
import { scopes } from '../data/wire-admin.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChoiceField } from '../ui/choice-field.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { Secret } from '../ui/copy.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { useAction } from '../ui/form.tsx';
import { TextField } from '../ui/text-field.tsx';
import { Icon } from '../ui/icons.tsx';
import { Empty, ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';

type Asking =
  | { readonly what: 'create' }
  | { readonly what: 'rotate'; readonly key: ApiKeyView }
  | { readonly what: 'revoke'; readonly key: ApiKeyView };

const stateWords = {
  live: { tone: 'badge-good', text: '✓ live' },
  revoked: { tone: '', text: '✕ revoked' },
  expired: { tone: '', text: '✕ expired' },
} as const;

/** API keys: made, replaced with an overlap, taken back. A key itself is shown once. */
export function Keys(): ReactNode {
  const { api, can, format, queries } = useWorkspace();
  const isAdmin = can('admin');
  const keys = useQuery(queries.keys, isAdmin ? 'all' : undefined);
  const [asking, setAsking] = useState<Asking>();
  const [created, setCreated] = useState<ApiKeyCreated>();
  const show = (next: ApiKeyCreated): void => {
    setCreated(next);
    queries.keys.refresh();
  };
  const date = (ms: number | undefined): string => (ms === undefined ? '' : format.date(ms));
  const columns: readonly Column<ApiKeyView>[] = [
    { id: 'name', title: 'Name', isName: true, value: (key) => key.name, cell: (key) => key.name },
    { id: 'key', title: 'Key', value: (key) => key.preview, cell: (key) => <code>{key.preview}</code> },
    {
      id: 'scopes',
      title: 'May',
      value: (key) => key.scopes.join(' '),
      cell: (key) => key.scopes.join(', '),
    },
    {
      id: 'state',
      title: 'State',
      value: (key) => key.state,
      cell: (key) => (
        <span className={`badge ${stateWords[key.state].tone}`}>
          {stateWords[key.state].text}
          {key.state === 'live' && key.expiresAtMs !== undefined ? ` until ${date(key.expiresAtMs)}` : ''}
        </span>
      ),
    },
    {
      id: 'created',
      title: 'Made',
      value: (key) => key.createdAtMs,
      cell: (key) => <span className="nowrap">{date(key.createdAtMs)}</span>,
    },
    {
      id: 'used',
      title: 'Last used',
      value: (key) => key.lastUsedAtMs ?? null,
      cell: (key) => (
        <span className="nowrap">{key.lastUsedAtMs === undefined ? 'not yet' : date(key.lastUsedAtMs)}</span>
      ),
    },
    {
      id: 'actions',
      title: 'Actions',
      cell: (key) =>
        key.state === 'live' ? (
          <span className="row-actions">
            <button
              type="button"
              className="button button-small"
              onClick={() => setAsking({ what: 'rotate', key })}
            >
              Rotate<span className="unseen"> {key.name}</span>
            </button>
            <button
              type="button"
              className="button button-small button-danger"
              onClick={() => setAsking({ what: 'revoke', key })}
            >
              Revoke<span className="unseen"> {key.name}</span>
            </button>
          </span>
        ) : null,
    },
  ];
  return (
    <section className="panel stack-tight" aria-labelledby="keys-title">
      <h2 id="keys-title">API keys</h2>
      {isAdmin ? null : <p className="quiet">Admins make and revoke keys.</p>}
      {keys.problem === undefined ? null : (
        <ProblemNote problem={keys.problem} onRetry={queries.keys.refresh} />
      )}
      {created === undefined ? null : (
        <Secret secret={created.secret}>
          <p className="strong">{created.key.name}: this key is shown once</p>
          <p>Keep it now; only its beginning and end are stored.</p>
        </Secret>
      )}
      {isAdmin && keys.data === undefined && keys.problem === undefined ? <Skeleton height={120} /> : null}
      {keys.data === undefined ? null : (
        <Table
          id="keys"
          label="API keys"
          columns={columns}
          rows={keys.data.keys}
          rowKey={(key) => key.id}
          isPlain
          tools={
            <button
              type="button"
              className="button button-primary"
              onClick={() => setAsking({ what: 'create' })}
            >
              <Icon name="plus" /> Create a key
            </button>
          }
          empty={<Empty title="There is no key yet" />}
        />
      )}
      {asking?.what === 'create' ? (
        <CreateDialog onClose={() => setAsking(undefined)} onCreated={show} />
      ) : null}
      {asking?.what === 'rotate' ? (
        <RotateDialog keyView={asking.key} onClose={() => setAsking(undefined)} onCreated={show} />
      ) : null}
      {asking?.what === 'revoke' ? (
        <ConfirmDialog
          title={`Revoke ${asking.key.name}`}
          confirm="Revoke"
          onClose={() => setAsking(undefined)}
          onConfirm={async () => {
            await api.revokeKey(asking.key.id);
            queries.keys.refresh();
          }}
        >
          <p>
            Requests with <code>{asking.key.preview}</code> are refused from this moment. It cannot be taken
            back; to change over without a gap, rotate it instead.
          </p>
        </ConfirmDialog>
      ) : null}
    </section>
  );
}

const scopeWords: Readonly<Record<Scope, string>> = {
  'ingest:write': 'send events',
  'query:read': 'read numbers',
  'kpis:write': 'add KPIs and event types',
  'decisions:approve': 'approve decisions',
  admin: 'do everything, keys and people included',
};

function CreateDialog({
  onClose,
  onCreated,
}: {
  readonly onClose: () => void;
  readonly onCreated: (created: ApiKeyCreated) => void;
}): ReactNode {
  const { api, nowMs } = useWorkspace();
  const action = useAction();
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<readonly Scope[]>(['ingest:write']);
  const [days, setDays] = useState('');
  const lasting = Number(days);
  return (
    <FormDialog
      title="Create an API key"
      onClose={onClose}
      submit="Create key"
      action={action}
      onSubmit={async () => {
        const expiry = lasting > 0 ? { expiresAtMs: nowMs() + lasting * 86_400_000 } : {};
        onCreated(await api.createKey({ name: name.trim(), scopes: [...chosen], ...expiry }));
        onClose();
      }}
      isReady={name.trim() !== '' && chosen.length > 0}
    >
      <TextField
        label="Name"
        hint="Where it is used, so that it can be found again."
        fault={action.faultOf('name')}
        value={name}
        onChange={setName}
      />
      <fieldset>
        <legend className="field-label">It may</legend>
        {scopes.map((scope) => (
          <label key={scope} className="check">
            <input
              type="checkbox"
              checked={chosen.includes(scope)}
              onChange={(event) =>
                setChosen(event.target.checked ? [...chosen, scope] : chosen.filter((each) => each !== scope))
              }
            />
            {scopeWords[scope]} <code className="quiet">{scope}</code>
          </label>
        ))}
      </fieldset>
      <TextField
        label="Days it lasts"
        hint="Empty: until it is revoked."
        fault={action.faultOf('expiresAtMs')}
        inputMode="numeric"
        value={days}
        onChange={(text) => setDays(text.replaceAll(/\D/g, ''))}
      />
    </FormDialog>
  );
}

const overlaps: readonly (readonly [number, string])[] = [
  [0, 'at once'],
  [1, 'after an hour'],
  [24, 'after a day'],
  [168, 'after a week'],
];

function RotateDialog({
  keyView,
  onClose,
  onCreated,
}: {
  readonly keyView: ApiKeyView;
  readonly onClose: () => void;
  readonly onCreated: (created: ApiKeyCreated) => void;
}): ReactNode {
  const { api } = useWorkspace();
  const action = useAction();
  const [hours, setHours] = useState(24);
  return (
    <FormDialog
      title={`Rotate ${keyView.name}`}
      onClose={onClose}
      submit="Make the new key"
      action={action}
      onSubmit={async () => {
        onCreated(await api.rotateKey(keyView.id, hours));
        onClose();
      }}
    >
      <p>A new key with the same rights is made. Both work until the old one ends.</p>
      <ChoiceField
        label="The old key ends"
        value={hours}
        choices={overlaps}
        onChange={(chosen) => setHours(Number(chosen))}
      />
    </FormDialog>
  );
}
