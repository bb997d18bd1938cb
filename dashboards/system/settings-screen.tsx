import { useState, type ReactNode } from 'react';
import type { Settings } from '../../platform/contracts/admin.ts';
import { useQuery } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Field, Form, useAction } from '../ui/form.tsx';
import { TextField } from '../ui/text-field.tsx';
import { Icon } from '../ui/icons.tsx';
import { Notice, ProblemNote, Skeleton } from '../ui/states.tsx';
import { People } from './people.tsx';
import './system.css';

export function SettingsScreen(): ReactNode {
  const { queries } = useWorkspace();
  const settings = useQuery(queries.settings, 'all');
  return (
    <div className="columns-2">
      <section className="panel stack-tight" aria-labelledby="settings-title">
        <h2 id="settings-title">Tenant</h2>
        {settings.problem === undefined ? null : (
          <ProblemNote problem={settings.problem} onRetry={queries.settings.refresh} />
        )}
        {settings.data === undefined ? <Skeleton height={320} /> : <TenantForm settings={settings.data} />}
      </section>
      <People />
    </div>
  );
}

interface RateDraft {
  readonly id: number;
  readonly currency: string;
  readonly rate: string;
}

function TenantForm({ settings }: { readonly settings: Settings }): ReactNode {
  const { api, can, format, queries } = useWorkspace();
  const action = useAction();
  const [name, setName] = useState(settings.name);
  const [currency, setCurrency] = useState(settings.currency);
  const [timeZone, setTimeZone] = useState(settings.timeZone);
  const [rates, setRates] = useState<readonly RateDraft[]>(() =>
    Object.entries(settings.rates).map(([code, rate], id) => ({ id, currency: code, rate: String(rate) })),
  );
  const [isSaved, setSaved] = useState(false);
  const isAdmin = can('admin');
  const isBad = (rate: RateDraft): boolean => !/^[A-Z]{3}$/.test(rate.currency) || !(Number(rate.rate) > 0);
  const set = (id: number, change: Partial<RateDraft>): void =>
    setRates(rates.map((rate) => (rate.id === id ? { ...rate, ...change } : rate)));
  const save = async (): Promise<void> => {
    setSaved(false);
    const changed = await api.changeSettings({
      name: name.trim(),
      rates: Object.fromEntries(rates.map((rate) => [rate.currency, Number(rate.rate)])),
      ...(currency === settings.currency ? {} : { currency }),
      ...(timeZone === settings.timeZone ? {} : { timeZone }),
    });
    queries.settings.refresh();
    setSaved(true);
    // Every figure and every day on the page depends on these two.
    if (changed.currency !== settings.currency || changed.timeZone !== settings.timeZone) location.reload();
  };
  return (
    <Form
      label="Settings of the tenant"
      action={action}
      onSubmit={save}
      buttons={
        isAdmin ? (
          <button
            type="submit"
            className="button button-primary"
            disabled={rates.some(isBad)}
            aria-disabled={action.isRunning}
          >
            Save
          </button>
        ) : (
          <span className="quiet">Admins change these.</span>
        )
      }
    >
      <TextField
        label="Name"
        fault={action.faultOf('name')}
        value={name}
        disabled={!isAdmin}
        onChange={setName}
      />
      <div className="form-row">
        <TextField
          label="Currency"
          hint="Only before the first event."
          fault={action.faultOf('currency')}
          maxLength={3}
          value={currency}
          disabled={!isAdmin}
          onChange={(text) => setCurrency(text.toUpperCase())}
        />
        <Field
          label="Time zone of days and months"
          hint="Only before the first event."
          fault={action.faultOf('timeZone')}
        >
          {(ids) => (
            <>
              <input
                {...ids}
                className="input"
                list="zones"
                value={timeZone}
                disabled={!isAdmin}
                onChange={(event) => setTimeZone(event.target.value)}
              />
              <datalist id="zones">
                {Intl.supportedValuesOf('timeZone').map((zone) => (
                  <option key={zone} value={zone}>
                    {zone}
                  </option>
                ))}
              </datalist>
            </>
          )}
        </Field>
      </div>
      <fieldset className="stack-tight">
        <legend className="field-label">Rates</legend>
        <p className="field-hint">
          What one unit of another currency is worth in {settings.currency}. Money without a rate is kept but
          not added up.
        </p>
        <ul className="rates">
          {rates.map((rate) => (
            <li key={rate.id}>
              <input
                className="input"
                aria-label="Currency"
                maxLength={3}
                placeholder="EUR"
                value={rate.currency}
                disabled={!isAdmin}
                aria-invalid={!/^[A-Z]{3}$/.test(rate.currency)}
                onChange={(event) => set(rate.id, { currency: event.target.value.toUpperCase() })}
              />
              <input
                className="input"
                aria-label={`One ${rate.currency} in ${settings.currency}`}
                inputMode="decimal"
                value={rate.rate}
                disabled={!isAdmin}
                aria-invalid={!(Number(rate.rate) > 0)}
                onChange={(event) => set(rate.id, { rate: event.target.value })}
              />
              {isAdmin ? (
                <button
                  type="button"
                  className="icon-button"
                  aria-label={`Remove the rate of ${rate.currency}`}
                  onClick={() => setRates(rates.filter((each) => each.id !== rate.id))}
                >
                  <Icon name="close" />
                </button>
              ) : null}
            </li>
          ))}
        </ul>
        {isAdmin ? (
          <div>
            <button
              type="button"
              className="button button-small"
              onClick={() =>
                setRates([
                  ...rates,
                  { id: Math.max(0, ...rates.map((rate) => rate.id)) + 1, currency: '', rate: '' },
                ])
              }
            >
              <Icon name="plus" /> Add a rate
            </button>
          </div>
        ) : null}
      </fieldset>
      <p className="small quiet">
        Limits: {format.count(settings.limits.eventsPerSecond)} events and{' '}
        {format.count(settings.limits.requestsPerSecond)} requests a second.
      </p>
      {isSaved ? <Notice tone="good">Saved.</Notice> : null}
    </Form>
  );
}
