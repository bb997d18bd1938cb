import { useState, type ReactNode } from 'react';
import type { WatchSettings } from '../../platform/contracts/anomaly.ts';
import { useQuery } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Field, Form, useAction } from '../ui/form.tsx';
import { TextField } from '../ui/text-field.tsx';
import { Notice, ProblemNote, Skeleton } from '../ui/states.tsx';

/** How many false alarms are accepted: the one thing there is to set, for everything or for one KPI. */
export function Sensitivity(): ReactNode {
  const { queries } = useWorkspace();
  const settings = useQuery(queries.watch, 'all');
  return (
    <section className="panel stack-tight" aria-labelledby="sensitivity-title">
      <h2 id="sensitivity-title">Sensitivity</h2>
      <p className="quiet">
        A series with nothing wrong still surprises now and then. Say how often a week you accept being told
        for nothing; the bar of every series follows. KPIs that go off together over the same events count as
        one, as in the list. Fewer false alarms mean that small troubles are told later or not at all. In the
        first days of a series it may be a few more.
      </p>
      {settings.problem === undefined ? null : (
        <ProblemNote problem={settings.problem} onRetry={queries.watch.refresh} />
      )}
      {settings.data === undefined ? (
        settings.problem === undefined && <Skeleton height={96} />
      ) : (
        <SensitivityForm settings={settings.data} />
      )}
    </section>
  );
}

function SensitivityForm({ settings }: { readonly settings: WatchSettings }): ReactNode {
  const { api, can, format, queries } = useWorkspace();
  const kpis = useQuery(queries.kpis, 'all');
  const action = useAction();
  const [kpi, setKpi] = useState('');
  const held = kpi === '' ? settings.falseAlarmsPerWeek : settings.perKpi[kpi];
  const [draft, setDraft] = useState<{ readonly of: string; readonly text: string }>();
  const [isSaved, setSaved] = useState(false);
  const text = draft?.of === kpi ? draft.text : held === undefined ? '' : String(held);
  const number = Number(text);
  const isBad = text.trim() === '' ? kpi === '' : !(number >= 0 && number <= 1_000);
  const titleOf = (key: string): string => kpis.data?.kpis.find((each) => each.key === key)?.title ?? key;
  const save = async (): Promise<void> => {
    setSaved(false);
    await api.changeWatch(
      kpi === ''
        ? { falseAlarmsPerWeek: number }
        : { kpi: { key: kpi, falseAlarmsPerWeek: text.trim() === '' ? null : number } },
    );
    setDraft(undefined);
    queries.watch.refresh();
    setSaved(true);
  };
  return (
    <>
      <Form
        label="Sensitivity"
        action={action}
        onSubmit={save}
        buttons={
          can('admin') ? (
            <button
              type="submit"
              className="button button-primary"
              disabled={isBad}
              aria-disabled={action.isRunning}
            >
              Save
            </button>
          ) : (
            <span className="quiet">Admins change this.</span>
          )
        }
      >
        <div className="sensitivity-fields">
          <Field label="For">
            {(ids) => (
              <select
                {...ids}
                className="select"
                value={kpi}
                onChange={(event) => {
                  setSaved(false);
                  setKpi(event.target.value);
                }}
              >
                <option value="">All KPIs together</option>
                {(kpis.data?.kpis ?? []).map((each) => (
                  <option key={each.key} value={each.key}>
                    {each.title}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <TextField
            label="False alarms a week, about"
            hint={
              kpi === ''
                ? '0 switches alarms off.'
                : `Empty: it follows all KPIs (${format.value(settings.falseAlarmsPerWeek, 'count', 'full')} together). 0 switches its alarms off.`
            }
            fault={action.faultOf('falseAlarmsPerWeek')}
            inputMode="decimal"
            value={text}
            disabled={!can('admin')}
            onChange={(text) => {
              setSaved(false);
              setDraft({ of: kpi, text: text });
            }}
          />
        </div>
        {isSaved ? (
          <Notice tone="good">
            <span>Saved. It holds from the next window on.</span>
          </Notice>
        ) : null}
      </Form>
      {settings.changes.length === 0 ? null : (
        <details>
          <summary>Who changed it</summary>
          <ul className="changes">
            {settings.changes.map((change) => (
              <li key={`${change.atMs} ${change.what}`} className="small">
                <time dateTime={new Date(change.atMs).toISOString()}>{format.dateTime(change.atMs)}</time>{' '}
                <span className="quiet">{change.by}</span>{' '}
                {change.what === 'tenant' ? 'all KPIs' : titleOf(change.what)}: {shown(change.from)} →{' '}
                {shown(change.to)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function shown(value: number | null): string {
  return value === null ? 'follows all' : String(value);
}
