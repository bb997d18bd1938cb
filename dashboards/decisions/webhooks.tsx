import { useState, type ReactNode } from 'react';
import type { WebhookTest, WebhookView } from '../../platform/contracts/outbox.ts';
import { useQuery } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { Secret } from '../ui/copy.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { useAction } from '../ui/form.tsx';
import { TextField } from '../ui/text-field.tsx';
import { Icon } from '../ui/icons.tsx';
import { Empty, ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';

interface Shown {
  readonly id: string;
  readonly secret: string;
}
type Asked =
  | { readonly what: 'edit'; readonly webhook?: WebhookView }
  | { readonly what: 'rotate' | 'delete'; readonly webhook: WebhookView };

/** Where webhooks go. A secret is shown once, when it is made. */
export function Webhooks(): ReactNode {
  const { api, format, queries } = useWorkspace();
  const webhooks = useQuery(queries.webhooks, 'all');
  const action = useAction();
  const [asked, setAsked] = useState<Asked>();
  const [secret, setSecret] = useState<Shown>();
  const [tried, setTried] = useState<WebhookTest & { readonly id: string }>();
  const columns: readonly Column<WebhookView>[] = [
    {
      id: 'id',
      title: 'Endpoint',
      isName: true,
      className: 'wide',
      value: (row) => row.id,
      cell: (row) => (
        <>
          <span className="strong">{row.id}</span>
          <span className="small quiet below">{row.url}</span>
        </>
      ),
    },
    {
      id: 'state',
      title: 'State',
      value: (row) => (row.isEnabled ? 1 : 0),
      cell: (row) =>
        row.isEnabled ? (
          <span className="badge badge-good">on</span>
        ) : (
          <>
            <span className="badge">off</span>
            <span className="small quiet below">{row.disabledReason}</span>
          </>
        ),
    },
    {
      id: 'created',
      title: 'Since',
      className: 'nowrap',
      value: (row) => row.createdAtMs,
      cell: (row) => format.dateTime(row.createdAtMs),
    },
    {
      id: 'actions',
      title: 'Actions',
      cell: (row) => (
        <div className="row nowrap">
          <button
            type="button"
            className="button button-small"
            aria-disabled={action.isRunning}
            onClick={() =>
              action.run(async () => setTried({ ...(await api.decisions.testWebhook(row.id)), id: row.id }))
            }
          >
            Test<span className="unseen"> {row.id}</span>
          </button>
          <button
            type="button"
            className="button button-small"
            onClick={() => setAsked({ what: 'edit', webhook: row })}
          >
            Change<span className="unseen"> {row.id}</span>
          </button>
          <button
            type="button"
            className="button button-small"
            onClick={() => setAsked({ what: 'rotate', webhook: row })}
          >
            New secret<span className="unseen"> of {row.id}</span>
          </button>
          <button
            type="button"
            className="button button-small button-danger"
            onClick={() => setAsked({ what: 'delete', webhook: row })}
          >
            Delete<span className="unseen"> {row.id}</span>
          </button>
        </div>
      ),
    },
  ];
  return (
    <section className="panel stack-tight" aria-labelledby="webhooks-title">
      <h2 id="webhooks-title">Webhooks</h2>
      {webhooks.problem === undefined ? null : (
        <ProblemNote problem={webhooks.problem} onRetry={queries.webhooks.refresh} />
      )}
      {action.problem === undefined ? null : <ProblemNote problem={action.problem} />}
      <div role="status">
        {tried === undefined ? null : (
          <p>
            {tried.id}: {tried.isOk ? '✓' : '✕'} {tried.note} after {Math.round(tried.tookMs)} ms
          </p>
        )}
      </div>
      {secret === undefined ? null : (
        <Secret secret={secret.secret}>
          <p className="strong">The secret of {secret.id} is shown once</p>
          <p>The receiver checks signatures with it (Standard Webhooks).</p>
          <button type="button" className="button button-small" onClick={() => setSecret(undefined)}>
            I have it
          </button>
        </Secret>
      )}
      {webhooks.data === undefined ? (
        webhooks.problem === undefined ? (
          <Skeleton height={120} />
        ) : null
      ) : (
        <Table
          id="webhooks"
          label="Webhook endpoints"
          columns={columns}
          rows={webhooks.data.webhooks}
          rowKey={(row) => row.id}
          isPlain
          tools={
            <button
              type="button"
              className="button button-primary"
              onClick={() => setAsked({ what: 'edit' })}
            >
              <Icon name="plus" /> New endpoint
            </button>
          }
          empty={
            <Empty title="No endpoint yet">
              <p>Actions of kind webhook post signed messages to an endpoint by its id.</p>
            </Empty>
          }
        />
      )}
      {asked?.what === 'edit' ? (
        <WebhookDialog webhook={asked.webhook} onClose={() => setAsked(undefined)} onSecret={setSecret} />
      ) : null}
      {asked?.what === 'rotate' ? (
        <ConfirmDialog
          title={`A new secret for ${asked.webhook.id}`}
          confirm="Make a new secret"
          onClose={() => setAsked(undefined)}
          onConfirm={async () => {
            const { secret: made } = await api.decisions.rotateWebhook(asked.webhook.id);
            if (made !== undefined) setSecret({ id: asked.webhook.id, secret: made });
            queries.webhooks.refresh();
          }}
        >
          <p>The one before signs beside it until the next new secret, so that the receiver can follow.</p>
        </ConfirmDialog>
      ) : null}
      {asked?.what === 'delete' ? (
        <ConfirmDialog
          title={`Delete ${asked.webhook.id}`}
          confirm="Delete"
          onClose={() => setAsked(undefined)}
          onConfirm={async () => {
            await api.decisions.deleteWebhook(asked.webhook.id);
            queries.webhooks.refresh();
          }}
        >
          <p>Actions that name it are refused from now on.</p>
        </ConfirmDialog>
      ) : null}
    </section>
  );
}

function WebhookDialog({
  webhook,
  onClose,
  onSecret,
}: {
  readonly webhook: WebhookView | undefined;
  readonly onClose: () => void;
  readonly onSecret: (shown: Shown) => void;
}): ReactNode {
  const { api, queries } = useWorkspace();
  const action = useAction();
  const [id, setId] = useState(webhook?.id ?? '');
  const [url, setUrl] = useState(webhook?.url ?? 'https://');
  const [isEnabled, setEnabled] = useState(webhook?.isEnabled ?? true);
  const title = webhook === undefined ? 'New endpoint' : `Change ${webhook.id}`;
  return (
    <FormDialog
      title={title}
      onClose={onClose}
      submit="Save"
      action={action}
      onSubmit={async () => {
        const saved = await api.decisions.saveWebhook(id.trim(), { url: url.trim(), isEnabled });
        if (saved.secret !== undefined) onSecret({ id: saved.webhook.id, secret: saved.secret });
        queries.webhooks.refresh();
        onClose();
      }}
      isReady={id.trim() !== '' && url.trim().length >= 8}
    >
      <TextField
        label="Id"
        hint="Lower case, digits and hyphens; it stays."
        fault={action.faultOf('id')}
        value={id}
        readOnly={webhook !== undefined}
        onChange={setId}
      />
      <TextField
        label="Address"
        hint="https of a public host. Another address gets another secret."
        fault={action.faultOf('url')}
        type="url"
        value={url}
        onChange={setUrl}
      />
      <label className="check">
        <input type="checkbox" checked={isEnabled} onChange={(event) => setEnabled(event.target.checked)} />
        Switched on
      </label>
    </FormDialog>
  );
}
