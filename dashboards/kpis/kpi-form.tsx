import { useState, type ReactNode } from 'react';
import { judgedWindows, kpiWatchOf } from '../../platform/contracts/kpi-watch.ts';
import type { KpiDefinition } from '../../platform/contracts/kpi.ts';
import { windowWords } from '../data/anomaly-words.ts';
import { useRouter, useViewLink } from '../data/router.ts';
import { dimensions } from '../data/view-state.ts';
import { kpiUnits } from '../data/wire-kpi.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChoiceField } from '../ui/choice-field.tsx';
import { capitalize } from '../ui/chart-spec.ts';
import { Field, Form, useAction } from '../ui/form.tsx';
import { LongTextField, TextField } from '../ui/text-field.tsx';
import { unitWords } from '../ui/kpi-words.ts';
import { Link } from '../ui/link.tsx';
import { draftOf, emptyDraft, keyOf, numberFault, requestOf, type KpiDraft } from './kpi-draft.ts';
import { MeasuresField } from './measures-field.tsx';
import './kpis.css';

/** Adds a KPI or changes one. Of a catalogue KPI only target and alert level are the tenant's. */
export function KpiForm({
  known,
  kpi,
}: {
  readonly known: readonly KpiDefinition[];
  readonly kpi: KpiDefinition | undefined;
}): ReactNode {
  const { api, queries, format } = useWorkspace();
  const router = useRouter();
  const to = useViewLink();
  const action = useAction();
  const [draft, setDraft] = useState<KpiDraft>(() => (kpi === undefined ? emptyDraft : draftOf(kpi)));
  const set = (change: Partial<KpiDraft>): void => setDraft((held) => ({ ...held, ...change }));
  const isCatalogue = kpi?.origin === 'catalogue';
  const title =
    kpi === undefined
      ? 'Add a KPI'
      : isCatalogue
        ? `Target and alert level of ${kpi.title}`
        : `Change ${kpi.title}`;
  const back = kpi === undefined ? to('/kpis') : to(`/kpis/${encodeURIComponent(kpi.key)}`);

  const save = async (): Promise<void> => {
    const request = requestOf(draft);
    const saved = kpi === undefined ? await api.createKpi(request) : await api.replaceKpi(request);
    queries.kpis.refresh();
    queries.jobs.refresh();
    router.go(to(`/kpis/${encodeURIComponent(saved.kpi.key)}`));
  };
  const faultOf = (name: 'title' | 'key' | 'target' | 'alertThreshold'): string | undefined =>
    (name === 'target' || name === 'alertThreshold' ? numberFault(draft[name]) : undefined) ??
    action.faultOf(name);
  const isReady =
    numberFault(draft.target) === undefined &&
    numberFault(draft.alertThreshold) === undefined &&
    draft.measures.every((measure) => numberFault(measure.absent) === undefined);
  const input = (
    name: 'title' | 'key' | 'target' | 'alertThreshold',
    label: string,
    hint?: string,
  ): ReactNode => (
    <Field label={label} fault={faultOf(name)} {...(hint === undefined ? {} : { hint })}>
      {(ids) => (
        <input
          {...ids}
          className="input"
          value={draft[name]}
          disabled={name === 'key' && kpi !== undefined}
          inputMode={name === 'target' || name === 'alertThreshold' ? 'decimal' : 'text'}
          onChange={(event) => {
            const { value } = event.target;
            if (name === 'title') set({ title: value, ...(draft.isKeyOwn ? {} : { key: keyOf(value) }) });
            else if (name === 'key') set({ key: value, isKeyOwn: true });
            else set({ [name]: value });
          }}
        />
      )}
    </Field>
  );

  return (
    <div className="stack kpi-form">
      <div>
        <p className="small">
          <Link to={back}>{kpi?.title ?? 'KPIs'}</Link>
        </p>
        <h1>{title}</h1>
        {kpi === undefined ? (
          <p className="quiet">
            It computes from the moment it is saved, and a job computes it back over everything stored.
          </p>
        ) : null}
      </div>
      <Form
        label={title}
        action={action}
        onSubmit={save}
        buttons={
          <>
            <Link to={back} className="button">
              Cancel
            </Link>
            <button
              type="submit"
              className="button button-primary"
              disabled={!isReady}
              aria-disabled={action.isRunning}
            >
              {kpi === undefined ? 'Add KPI' : 'Save'}
            </button>
          </>
        }
      >
        {isCatalogue ? null : (
          <>
            <div className="form-row">
              {input('title', 'Title')}
              {input('key', 'Key', 'Small letters, digits and _. It stays.')}
            </div>
            <LongTextField
              label="What it means"
              fault={action.faultOf('description')}
              rows={2}
              value={draft.description}
              onChange={(text) => set({ description: text })}
            />
            <MeasuresField
              drafts={draft.measures}
              known={known}
              problem={action.problem}
              onChange={(measures) => set({ measures })}
            />
            <TextField
              label="Formula"
              fault={action.faultOf('formula')}
              hint="Over the keys of the measures: + - * / ( ), numbers, min(a, b), max(a, b), window_days, window_hours. Money counts in major units."
              isCode
              value={draft.formula}
              spellCheck={false}
              onChange={(text) => set({ formula: text })}
            />
            <div className="form-row">
              <ChoiceField
                label="Unit"
                fault={action.faultOf('unit')}
                value={draft.unit}
                choices={kpiUnits.map((unit) => [unit, unitWords(unit, format.context.currency)])}
                onChange={(chosen) => set({ unit: kpiUnits.find((unit) => unit === chosen) ?? 'count' })}
              />
              <Field label="Good is" fault={action.faultOf('direction')}>
                {(ids) => (
                  <select
                    {...ids}
                    className="select"
                    value={draft.direction}
                    onChange={(event) => set({ direction: event.target.value === 'down' ? 'down' : 'up' })}
                  >
                    <option value="up">More</option>
                    <option value="down">Less</option>
                  </select>
                )}
              </Field>
            </div>
            <fieldset>
              <legend className="field-label">Can be cut by</legend>
              <div className="row-wrap">
                {dimensions.map((dimension) => (
                  <label key={dimension} className="check">
                    <input
                      type="checkbox"
                      checked={draft.dimensions.includes(dimension)}
                      onChange={(event) =>
                        set({
                          dimensions: event.target.checked
                            ? [...draft.dimensions, dimension]
                            : draft.dimensions.filter((each) => each !== dimension),
                        })
                      }
                    />
                    {capitalize(dimension)}
                  </label>
                ))}
              </div>
            </fieldset>
          </>
        )}
        <div className="form-row">
          {input('target', 'Target', hintOf(draft))}
          {input('alertThreshold', 'Alert level', 'Past it, the KPI is in trouble. Empty: none.')}
        </div>
        {draft.alertThreshold.trim() === '' ? null : <AlertWindows draft={draft} onChange={set} />}
      </Form>
    </div>
  );
}

/** Which windows the alert level is held against: a level of a day means nothing to the value of a minute. */
function AlertWindows({
  draft,
  onChange,
}: {
  readonly draft: KpiDraft;
  readonly onChange: (change: Pick<KpiDraft, 'alertWindows'>) => void;
}): ReactNode {
  const request = requestOf(draft);
  const possible = judgedWindows(request);
  const chosen = kpiWatchOf(request).threshold;
  return (
    <fieldset>
      <legend className="field-label">The alert level is for the value of a</legend>
      <div className="row-wrap">
        {possible.map((window) => (
          <label key={window} className="check">
            <input
              type="checkbox"
              checked={chosen.includes(window)}
              disabled={chosen.length === 1 && chosen.includes(window)}
              onChange={(event) =>
                onChange({
                  alertWindows: possible.filter((each) =>
                    each === window ? event.target.checked : chosen.includes(each),
                  ),
                })
              }
            />
            {capitalize(windowWords[window])}
          </label>
        ))}
        {possible.length > 0 ? null : (
          <span className="small">This KPI has no window that is judged: it cannot have an alert level.</span>
        )}
      </div>
    </fieldset>
  );
}

function hintOf({ unit }: KpiDraft): string {
  return unit === 'ratio' ? 'As a ratio: 0.05 is 5%. Empty: none.' : 'Empty: none.';
}
