import { useState, type ReactNode } from 'react';
import type { EventTypeView } from '../../platform/contracts/admin.ts';
import type { DataSchema, EventTypeRequest, FieldSchema } from '../../platform/contracts/event-type.ts';
import { useWorkspace } from '../data/workspace.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { Field, useAction } from '../ui/form.tsx';
import { TextField } from '../ui/text-field.tsx';
import { Icon } from '../ui/icons.tsx';
import { fieldRows } from './schema-fields.ts';

const kinds = ['string', 'number', 'integer', 'boolean'] as const;
type Kind = (typeof kinds)[number];

interface FieldDraft {
  readonly id: number;
  readonly name: string;
  readonly kind: Kind;
  readonly isRequired: boolean;
  /** Whether it becomes a column that KPIs can add up. */
  readonly isMetric: boolean;
}

/** Registers an event type of the tenant, or changes one: its fields, which of them are numbers for KPIs, whether it is money. */
export function EventTypeDialog({
  type,
  onClose,
  onSaved,
}: {
  readonly type: EventTypeView | undefined;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}): ReactNode {
  const { api } = useWorkspace();
  const action = useAction();
  const [name, setName] = useState(type?.type ?? '');
  const [title, setTitle] = useState(type?.title ?? '');
  const [description, setDescription] = useState(type?.description ?? '');
  const [money, setMoney] = useState<'' | 'revenue' | 'cost'>(
    type?.money === 'cash' ? '' : (type?.money ?? ''),
  );
  const [stream, setStream] = useState(type?.stream ?? '');
  const [fields, setFields] = useState<readonly FieldDraft[]>(() => draftFields(type));
  const set = (id: number, change: Partial<FieldDraft>): void =>
    setFields(fields.map((field) => (field.id === id ? { ...field, ...change } : field)));
  const save = async (): Promise<void> => {
    const named = fields.filter((field) => field.name.trim() !== '');
    const request: EventTypeRequest = {
      type: name.trim(),
      title: title.trim(),
      description: description.trim(),
      schema: schemaOf(named),
      metrics: named
        .filter((field) => field.isMetric && isNumeric(field.kind))
        .map((field) => field.name.trim()),
      ...(money === '' ? {} : { money }),
      ...(stream.trim() === '' ? {} : { stream: stream.trim() }),
    };
    await (type === undefined ? api.createEventType(request) : api.replaceEventType(request));
    onSaved();
  };
  return (
    <FormDialog
      title={type === undefined ? 'Register an event type' : `Change ${type.type}`}
      submit={type === undefined ? 'Register' : 'Save'}
      action={action}
      onSubmit={save}
      onClose={onClose}
    >
      <div className="form-row">
        <TextField
          label="Type"
          hint="As events name it: small letters, digits, dots, _"
          fault={action.faultOf('type')}
          isCode
          value={name}
          disabled={type !== undefined}
          onChange={setName}
        />
        <TextField label="Title" fault={action.faultOf('title')} value={title} onChange={setTitle} />
      </div>
      <TextField
        label="What it means"
        fault={action.faultOf('description')}
        value={description}
        onChange={setDescription}
      />
      <div className="form-row">
        <Field
          label="Money"
          hint="With amount or amount_minor, and currency."
          fault={action.faultOf('money')}
        >
          {(ids) => (
            <select
              {...ids}
              className="select"
              value={money}
              onChange={(event) =>
                setMoney((['revenue', 'cost'] as const).find((each) => each === event.target.value) ?? '')
              }
            >
              <option value="">none</option>
              <option value="revenue">revenue</option>
              <option value="cost">cost</option>
            </select>
          )}
        </Field>
        <TextField
          label="Revenue stream"
          hint="When an event names none."
          fault={action.faultOf('stream')}
          value={stream}
          onChange={setStream}
        />
      </div>
      <fieldset className="stack-tight">
        <legend className="field-label">Fields of data</legend>
        <p className="field-hint">
          Every event may carry content_id, channel_id, viewer_id, country and the like besides.
        </p>
        {fields.map((field) => (
          <div
            key={field.id}
            className="row-wrap"
            role="group"
            aria-label={`Field ${field.name === '' ? 'without a name' : field.name}`}
          >
            <input
              className="input mono"
              aria-label="Name"
              placeholder="name"
              value={field.name}
              onChange={(event) => set(field.id, { name: event.target.value })}
            />
            <select
              className="select"
              aria-label="Kind"
              value={field.kind}
              onChange={(event) =>
                set(field.id, { kind: kinds.find((kind) => kind === event.target.value) ?? 'string' })
              }
            >
              {kinds.map((kind) => (
                <option key={kind} value={kind}>
                  {kind}
                </option>
              ))}
            </select>
            <label className="check">
              <input
                type="checkbox"
                checked={field.isRequired}
                onChange={(event) => set(field.id, { isRequired: event.target.checked })}
              />
              must be there
            </label>
            {isNumeric(field.kind) ? (
              <label className="check">
                <input
                  type="checkbox"
                  checked={field.isMetric}
                  onChange={(event) => set(field.id, { isMetric: event.target.checked })}
                />
                for KPIs
              </label>
            ) : null}
            <button
              type="button"
              className="icon-button"
              aria-label={`Remove the field ${field.name}`}
              onClick={() => setFields(fields.filter((each) => each.id !== field.id))}
            >
              <Icon name="close" />
            </button>
          </div>
        ))}
        <div>
          <button
            type="button"
            className="button button-small"
            onClick={() =>
              setFields([...fields, emptyField(Math.max(0, ...fields.map((field) => field.id)) + 1)])
            }
          >
            <Icon name="plus" /> Add a field
          </button>
        </div>
      </fieldset>
    </FormDialog>
  );
}

function isNumeric(kind: Kind): boolean {
  return kind === 'number' || kind === 'integer';
}

function emptyField(id: number): FieldDraft {
  return { id, name: '', kind: 'string', isRequired: false, isMetric: false };
}

function draftFields(type: EventTypeView | undefined): readonly FieldDraft[] {
  if (type === undefined) return [emptyField(1)];
  return fieldRows(type.schema).map((row, i) => ({
    id: i + 1,
    name: row.name,
    kind: kinds.find((kind) => kind === row.type) ?? 'string',
    isRequired: row.isRequired,
    isMetric: type.metrics.includes(row.name),
  }));
}

function schemaOf(fields: readonly FieldDraft[]): DataSchema {
  const properties: Record<string, FieldSchema> = {};
  for (const field of fields) properties[field.name.trim()] = { type: field.kind };
  const required = fields.filter((field) => field.isRequired).map((field) => field.name.trim());
  return { type: 'object', properties, ...(required.length === 0 ? {} : { required }) };
}
