import { useState, type ReactNode } from 'react';
import type { TrendAssumptions, TrendLifecycle } from '../../platform/contracts/trend-lifecycle.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Form, useAction } from '../ui/form.tsx';
import { TextField } from '../ui/text-field.tsx';
import { Notice } from '../ui/states.tsx';

interface Draft {
  readonly leadTimeHours: string;
  readonly costPerContent: string;
  readonly rpm: string;
  readonly minRoi: string;
  readonly maxRisk: string;
}

/** What is reckoned with: for all trends of the tenant, and for everybody who looks at them. */
export function AssumptionsForm({ lifecycle }: { readonly lifecycle: TrendLifecycle }): ReactNode {
  const { api, can, queries } = useWorkspace();
  const action = useAction();
  const [draft, setDraft] = useState(() => draftOf(lifecycle.assumptions));
  const [isSaved, setSaved] = useState(false);
  const request = requestOf(draft);
  const mayChange = can('kpis:write');
  const save = async (): Promise<void> => {
    setSaved(false);
    if (request === undefined) return;
    setDraft(draftOf(await api.changeTrendAssumptions(request)));
    queries.trendLifecycle.refresh();
    setSaved(true);
  };
  const input = (name: keyof Draft, label: string, hint: string): ReactNode => (
    <TextField
      label={label}
      hint={hint}
      fault={action.faultOf(name)}
      inputMode="decimal"
      value={draft[name]}
      disabled={!mayChange}
      onChange={(text) => {
        setSaved(false);
        setDraft((held) => ({ ...held, [name]: text }));
      }}
    />
  );
  return (
    <details className="panel stack-tight">
      <summary>What this is reckoned with</summary>
      <Form
        label="Assumptions"
        action={action}
        onSubmit={save}
        buttons={
          mayChange ? (
            <button
              type="submit"
              className="button button-primary"
              disabled={request === undefined}
              aria-disabled={action.isRunning}
            >
              Save
            </button>
          ) : (
            <span className="quiet">Analysts and admins change this.</span>
          )
        }
      >
        <div className="trend-assumptions">
          {input('leadTimeHours', 'Hours to make a content', 'From the decision until it is out.')}
          {input('costPerContent', `Cost of a content, ${lifecycle.currency}`, 'Empty: your last 28 days.')}
          {input('rpm', `Revenue of a thousand views, ${lifecycle.currency}`, 'Empty: your last 28 days.')}
          {input('minRoi', 'Least return, %', 'Below it is no go.')}
          {input('maxRisk', 'Most risk, %', 'Above it is no go.')}
        </div>
        {isSaved ? (
          <Notice tone="good">
            <span>Saved. It holds for all trends of this tenant.</span>
          </Notice>
        ) : null}
      </Form>
    </details>
  );
}

function draftOf(assumptions: TrendAssumptions): Draft {
  const { leadTimeHours, costPerContent, rpm, minRoi, maxRisk } = assumptions;
  return {
    leadTimeHours: String(leadTimeHours),
    costPerContent: costPerContent === null ? '' : String(costPerContent),
    rpm: rpm === null ? '' : String(rpm),
    minRoi: String(Math.round(1e4 * minRoi) / 100),
    maxRisk: String(Math.round(1e4 * maxRisk) / 100),
  };
}

/** Undefined while something in it is no number of its range. */
function requestOf(draft: Draft): Partial<TrendAssumptions> | undefined {
  const number = (text: string, low: number, high: number): number | undefined => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    return value >= low && value <= high ? value : undefined;
  };
  const orNull = (text: string, high: number): number | null | undefined =>
    text.trim() === '' ? null : number(text, 0, high);
  const leadTimeHours = number(draft.leadTimeHours, 0, 720);
  const costPerContent = orNull(draft.costPerContent, 1e9);
  const rpm = orNull(draft.rpm, 1e6);
  const minRoi = number(draft.minRoi, -100, 10_000);
  const maxRisk = number(draft.maxRisk, 0, 100);
  if (leadTimeHours === undefined || costPerContent === undefined || rpm === undefined) return undefined;
  if (minRoi === undefined || maxRisk === undefined) return undefined;
  return { leadTimeHours, costPerContent, rpm, minRoi: minRoi / 100, maxRisk: maxRisk / 100 };
}
