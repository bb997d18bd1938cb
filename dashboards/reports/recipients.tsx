import { useState, type ReactNode } from 'react';
import type { ContactPoint } from '../../platform/contracts/alert-subscription.ts';
import type { RenderScheduleView } from '../../platform/contracts/render.ts';
import { useQuery } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { useAction } from '../ui/form.tsx';
import { Link } from '../ui/link.tsx';
import { ProblemNote } from '../ui/states.tsx';

/** Contact points that take mail; those of others have a name and no address here. */
function useMailContacts(): readonly ContactPoint[] | undefined {
  const { queries } = useWorkspace();
  return useQuery(queries.contacts, 'all').data?.contacts.filter(({ channel }) => channel === 'email');
}

/** Who gets the report by mail. */
export function RecipientsField({
  chosen,
  onChange,
  fault,
}: {
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
  readonly fault?: string | undefined;
}): ReactNode {
  const contacts = useMailContacts();
  return (
    <fieldset>
      <legend className="field-label">Mail it to</legend>
      {contacts === undefined ? null : contacts.length === 0 ? (
        <p className="small quiet">
          There is no contact point for e-mail yet. <AddOwn onAdded={(id) => onChange([...chosen, id])} />
          Other addresses are added under <Link to="/alerts/subscriptions">Alerts</Link>.
        </p>
      ) : (
        <div className="row-wrap">
          {contacts.map(({ id, isOn, name, shown }) => (
            <label key={id} className="check">
              <input
                type="checkbox"
                checked={chosen.includes(id)}
                onChange={(event) =>
                  onChange(event.target.checked ? [...chosen, id] : chosen.filter((each) => each !== id))
                }
              />
              {name}
              {shown === '' ? '' : ` (${shown})`}
              {isOn ? '' : ', off'}
            </label>
          ))}
        </div>
      )}
      {fault === undefined ? null : (
        <p className="field-fault" role="alert">
          {fault}
        </p>
      )}
    </fieldset>
  );
}

/** The address one signs in with, as a contact point. */
function AddOwn({ onAdded }: { readonly onAdded: (id: string) => void }): ReactNode {
  const { api, queries } = useWorkspace();
  const action = useAction();
  return (
    <>
      <button
        type="button"
        className="button button-small"
        aria-disabled={action.isRunning}
        onClick={() =>
          action.run(async () => {
            const { contact } = await api.addContact({ channel: 'email', name: 'My mail' });
            queries.contacts.refresh();
            onAdded(contact.id);
          })
        }
      >
        Add my own address
      </button>{' '}
      {action.problem === undefined ? null : <span className="bad">{action.problem.detail}</span>}
    </>
  );
}

/** Who gets a schedule's reports, and the way to change it. */
export function MailLine({ schedule }: { readonly schedule: RenderScheduleView }): ReactNode {
  const { api, can, queries } = useWorkspace();
  const contacts = useMailContacts();
  const action = useAction();
  const [draft, setDraft] = useState<readonly string[]>();
  const recipients = schedule.recipients ?? [];
  const nameOf = (id: string): string =>
    contacts?.find((contact) => contact.id === id)?.name ?? 'a removed contact point';
  const { id, createdAtMs: _createdAtMs, createdBy: _createdBy, nextRunMs: _nextRunMs, ...wish } = schedule;
  const save = (): void =>
    action.run(async () => {
      if (draft === undefined) return;
      // What was removed meanwhile would be refused.
      const known = draft.filter((each) => contacts?.some((contact) => contact.id === each) === true);
      await api.changeRenderSchedule(id, { ...wish, recipients: [...known] });
      setDraft(undefined);
      queries.renderSchedules.refresh();
    });
  return (
    <>
      <p className="small quiet">
        {recipients.length === 0
          ? 'Mailed to nobody; it stays on this page.'
          : `Mailed to ${contacts === undefined ? `${recipients.length}` : recipients.map(nameOf).join(', ')}.`}{' '}
        {can('kpis:write') && draft === undefined ? (
          <button
            type="button"
            className="button button-small"
            aria-label={`Change who gets ${schedule.title}`}
            onClick={() => setDraft(recipients)}
          >
            Change
          </button>
        ) : null}
      </p>
      {draft === undefined ? null : (
        <div className="stack-tight">
          <RecipientsField chosen={draft} onChange={setDraft} fault={action.faultOf('recipients')} />
          <div className="row">
            <button
              type="button"
              className="button button-small button-primary"
              aria-disabled={action.isRunning}
              onClick={save}
            >
              Save recipients
            </button>
            <button type="button" className="button button-small" onClick={() => setDraft(undefined)}>
              Leave as it was
            </button>
          </div>
        </div>
      )}
      {action.problem === undefined ? null : <ProblemNote problem={action.problem} />}
    </>
  );
}
