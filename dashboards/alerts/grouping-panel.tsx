import { useState, type ReactNode } from 'react';
import type { AlertSettings } from '../../platform/contracts/alert-subscription.ts';
import { useQuery } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Field, Form, useAction } from '../ui/form.tsx';
import { TextField } from '../ui/text-field.tsx';
import { Notice, ProblemNote, Skeleton } from '../ui/states.tsx';

const severities = ['info', 'warning', 'critical'] as const;

/** How messages are put together, for the whole tenant. */
export function GroupingPanel(): ReactNode {
  const { queries } = useWorkspace();
  const settings = useQuery(queries.alertSettings, 'all');
  return (
    <section className="panel stack-tight" aria-labelledby="grouping-title">
      <h2 id="grouping-title">How messages are put together</h2>
      <p className="quiet">
        Alerts of one family of KPIs and one segment make a thread. A thread waits for what belongs to it,
        then says everything in one message.
      </p>
      {settings.problem === undefined ? null : (
        <ProblemNote problem={settings.problem} onRetry={queries.alertSettings.refresh} />
      )}
      {settings.data === undefined ? (
        settings.problem === undefined && <Skeleton height={96} />
      ) : (
        <SettingsForm key={JSON.stringify(settings.data)} settings={settings.data} />
      )}
    </section>
  );
}

function SettingsForm({ settings }: { readonly settings: AlertSettings }): ReactNode {
  const { api, can, queries } = useWorkspace();
  const action = useAction();
  const [draft, setDraft] = useState({
    wait: String(settings.groupWaitSeconds),
    interval: String(settings.groupIntervalSeconds / 60),
    repeat: String(settings.repeatHours),
    isInhibiting: settings.isInhibiting,
    noDataFeed: settings.noDataSeverity?.feed ?? 'critical',
    noDataKpi: settings.noDataSeverity?.kpi ?? 'info',
  });
  const [isSaved, setSaved] = useState(false);
  const isAdmin = can('admin');
  const number = (
    label: string,
    hint: string,
    key: 'wait' | 'interval' | 'repeat',
    fault: string,
  ): ReactNode => (
    <TextField
      label={label}
      hint={hint}
      fault={action.faultOf(fault)}
      inputMode="numeric"
      disabled={!isAdmin}
      value={draft[key]}
      onChange={(text) => {
        setSaved(false);
        setDraft({ ...draft, [key]: text });
      }}
    />
  );
  const severity = (label: string, key: 'noDataFeed' | 'noDataKpi'): ReactNode => (
    <Field label={label}>
      {(ids) => (
        <select
          {...ids}
          className="select"
          disabled={!isAdmin}
          value={draft[key]}
          onChange={(event) => {
            const found = severities.find((each) => each === event.target.value);
            setSaved(false);
            if (found !== undefined) setDraft({ ...draft, [key]: found });
          }}
        >
          {severities.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      )}
    </Field>
  );
  return (
    <Form
      label="How messages are put together"
      action={action}
      onSubmit={async () => {
        await api.setAlertSettings({
          groupWaitSeconds: Number(draft.wait),
          groupIntervalSeconds: Math.round(60 * Number(draft.interval)),
          repeatHours: Number(draft.repeat),
          isInhibiting: draft.isInhibiting,
          noDataSeverity: { feed: draft.noDataFeed, kpi: draft.noDataKpi },
        });
        setSaved(true);
        queries.alertSettings.refresh();
      }}
      buttons={
        isAdmin ? (
          <button type="submit" className="button button-primary" aria-disabled={action.isRunning}>
            Save
          </button>
        ) : (
          <span className="quiet">Admins change this.</span>
        )
      }
    >
      <div className="form-row">
        {number('First message waits, seconds', 'For what belongs to it.', 'wait', 'groupWaitSeconds')}
        {number('Between messages, minutes', 'Of one thread.', 'interval', 'groupIntervalSeconds')}
        {number(
          'Told again after, hours',
          'While it fires and nobody acknowledged.',
          'repeat',
          'repeatHours',
        )}
      </div>
      <div className="form-row">
        {severity('When no events arrive any more', 'noDataFeed')}
        {severity('When a KPI has no values any more', 'noDataKpi')}
      </div>
      <label className="check">
        <input
          type="checkbox"
          checked={draft.isInhibiting}
          disabled={!isAdmin}
          onChange={(event) => setDraft({ ...draft, isInhibiting: event.target.checked })}
        />
        Missing events and wider cuts hold back what they explain
      </label>
      {isSaved ? (
        <Notice tone="good">
          <span>Saved.</span>
        </Notice>
      ) : null}
    </Form>
  );
}
