import { useState, type ReactNode } from 'react';
import { useWorkspace } from '../data/workspace.ts';
import { Form, useAction } from '../ui/form.tsx';
import { firstDraft, isDraftWhole, ReportFields, type ReportDraft } from './report-fields.tsx';
import { RenderList } from './render-list.tsx';
import { useAsk } from './use-ask.ts';

/** Reports: what is asked for, what is in work, what was made. */
export function ReportTab(): ReactNode {
  const { can, zone } = useWorkspace();
  const ask = useAsk();
  const action = useAction();
  const [draft, setDraft] = useState<ReportDraft>(firstDraft);
  const submit = async (): Promise<void> => {
    const { from, to, ...shared } = draft;
    const days =
      draft.period === 'custom'
        ? { fromMs: zone.fromDateText(from), toMs: zone.addDays(zone.fromDateText(to) ?? 0, 1) }
        : {};
    await ask('report', { ...shared, formats: [...draft.formats], ...days });
  };
  return (
    <div className="columns-2">
      <section className="panel stack-tight" aria-labelledby="ask-title">
        <h2 id="ask-title">Ask for a report</h2>
        <p className="quiet">
          Summary, revenue, costs, profit, cash flow, forecast, variance and every KPI with its definition.
          Figures of whole days, compared with the period before.
        </p>
        {can('kpis:write') ? (
          <Form
            label="Ask for a report"
            action={action}
            onSubmit={submit}
            buttons={
              <button
                type="submit"
                className="button button-primary"
                disabled={!isDraftWhole(draft)}
                aria-disabled={action.isRunning}
              >
                Make it
              </button>
            }
          >
            <ReportFields draft={draft} onChange={setDraft} />
          </Form>
        ) : (
          <p className="quiet">Analysts and admins ask for reports; what they had made is beside.</p>
        )}
      </section>
      <RenderList
        kinds={['report', 'chart']}
        empty="A report appears here with its progress and stays until it expires."
      />
    </div>
  );
}
