import { useState, type ReactNode } from 'react';
import type { EventTypeView } from '../../platform/contracts/admin.ts';
import { useQuery } from '../data/hooks.ts';
import { rank } from '../data/rank.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icons.tsx';
import { ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { EventTypeDialog } from './event-type-dialog.tsx';
import { fieldRows } from './schema-fields.ts';

type Open =
  | { readonly what: 'show'; readonly type: EventTypeView }
  | { readonly what: 'edit'; readonly type: EventTypeView | undefined }
  | { readonly what: 'delete'; readonly type: EventTypeView };

/** What events there are and what each may carry: the catalogue, and the types of the tenant. */
export function EventTypes(): ReactNode {
  const { api, can, queries } = useWorkspace();
  const types = useQuery(queries.eventTypes, 'all');
  const [text, setText] = useState('');
  const [open, setOpen] = useState<Open>();
  const close = (): void => setOpen(undefined);
  const shown = rank(types.data?.types ?? [], text, (type) => `${type.type} ${type.title} ${type.group}`);
  const columns: readonly Column<EventTypeView>[] = [
    {
      id: 'type',
      title: 'Type',
      isName: true,
      value: (type) => type.type,
      cell: (type) => (
        <button type="button" className="row-link mono" onClick={() => setOpen({ what: 'show', type })}>
          {type.type}
        </button>
      ),
    },
    {
      id: 'title',
      title: 'Title',
      value: (type) => type.title,
      cell: (type) => <span title={type.description}>{type.title}</span>,
    },
    { id: 'group', title: 'Group', value: (type) => type.group, cell: (type) => type.group },
    { id: 'money', title: 'Money', value: (type) => type.money ?? '', cell: (type) => type.money ?? '' },
    { id: 'stream', title: 'Stream', value: (type) => type.stream ?? '', cell: (type) => type.stream ?? '' },
    {
      id: 'numbers',
      title: 'Numbers',
      value: (type) => type.metrics.join(' '),
      cell: (type) => <span className="small">{type.metrics.join(', ')}</span>,
    },
    {
      id: 'origin',
      title: 'From',
      value: (type) => type.origin,
      cell: (type) => (type.origin === 'tenant' ? 'yours' : 'catalogue'),
    },
    {
      id: 'actions',
      title: 'Actions',
      cell: (type) =>
        type.origin === 'tenant' && can('kpis:write') ? (
          <span className="row-actions">
            <button
              type="button"
              className="button button-small"
              onClick={() => setOpen({ what: 'edit', type })}
            >
              Change<span className="unseen"> {type.type}</span>
            </button>
            <button
              type="button"
              className="button button-small button-danger"
              onClick={() => setOpen({ what: 'delete', type })}
            >
              Delete<span className="unseen"> {type.type}</span>
            </button>
          </span>
        ) : null,
    },
  ];
  return (
    <section className="panel stack-tight" aria-labelledby="types-title">
      <h2 id="types-title">Event types</h2>
      <p className="quiet">
        Types that are not here are accepted and stored as they come. Registering one has its data checked and
        its numbers ready for KPIs.
      </p>
      {types.problem === undefined ? null : (
        <ProblemNote problem={types.problem} onRetry={queries.eventTypes.refresh} />
      )}
      {types.data === undefined ? (
        <Skeleton height={320} />
      ) : (
        <Table
          id="event-types"
          label="Event types"
          columns={columns}
          rows={shown}
          rowKey={(type) => type.type}
          maxHeight={520}
          tools={
            <>
              <input
                className="input"
                type="search"
                aria-label="Find an event type"
                placeholder="Find an event type"
                value={text}
                onChange={(event) => setText(event.target.value)}
              />
              {can('kpis:write') ? (
                <button
                  type="button"
                  className="button"
                  onClick={() => setOpen({ what: 'edit', type: undefined })}
                >
                  <Icon name="plus" /> Register a type
                </button>
              ) : null}
            </>
          }
        />
      )}
      {open?.what === 'show' ? (
        <Dialog title={open.type.title} onClose={close} place="side">
          <p>{open.type.description}</p>
          <dl className="facts">
            {fieldRows(open.type.schema).map((field) => (
              <div key={field.name} className="field-row">
                <dt>
                  <code>{field.name}</code>
                </dt>
                <dd>
                  <span className="quiet">
                    {field.type}
                    {field.isRequired ? ', must be there' : ''}
                  </span>{' '}
                  {field.description}
                </dd>
              </div>
            ))}
          </dl>
        </Dialog>
      ) : null}
      {open?.what === 'edit' ? (
        <EventTypeDialog
          type={open.type}
          onClose={close}
          onSaved={() => {
            queries.eventTypes.refresh();
            close();
          }}
        />
      ) : null}
      {open?.what === 'delete' ? (
        <ConfirmDialog
          title={`Delete ${open.type.type}`}
          confirm="Delete"
          onClose={close}
          onConfirm={async () => {
            await api.deleteEventType(open.type.type);
            queries.eventTypes.refresh();
          }}
        >
          <p>Events of this type go on being accepted, as unknown ones are, and those stored stay.</p>
        </ConfirmDialog>
      ) : null}
    </section>
  );
}
