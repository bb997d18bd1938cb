import { useState, type ReactNode } from 'react';
import type { AlertFeedback, AlertThreadDetail } from '../../platform/contracts/alert-thread.ts';
import { useQuery } from '../data/hooks.ts';
import { useViewLink } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { useAction } from '../ui/form.tsx';
import { Link } from '../ui/link.tsx';
import { Notice, ProblemNote } from '../ui/states.tsx';

const verdicts: readonly { readonly id: AlertFeedback['verdict']; readonly words: string }[] = [
  { id: 'useful', words: 'Useful' },
  { id: 'false_alarm', words: 'False alarm' },
  { id: 'known', words: 'I knew' },
  { id: 'too_late', words: 'Too late' },
];

/** Says whether it was worth telling, and lowers the bar of the KPI at once where one may. */
export function Feedback({ detail }: { readonly detail: AlertThreadDetail }): ReactNode {
  const { api, queries } = useWorkspace();
  const action = useAction();
  const given = detail.feedback?.verdict;
  return (
    <section className="panel stack-tight" aria-labelledby="feedback-title">
      <h2 id="feedback-title">Was it worth telling?</h2>
      <div className="row-wrap" role="group" aria-label="Verdict">
        {verdicts.map(({ id, words }) => (
          <button
            key={id}
            type="button"
            className={given === id ? 'button button-small button-primary' : 'button button-small'}
            aria-pressed={given === id}
            aria-disabled={action.isRunning}
            onClick={() =>
              action.run(async () => {
                await api.giveFeedback(detail.thread.id, id, '');
                queries.alert.refresh();
              })
            }
          >
            {words}
          </button>
        ))}
      </div>
      {action.problem === undefined ? null : <ProblemNote problem={action.problem} />}
      {given === 'false_alarm' || given === 'known'
        ? detail.tunable.map((kpi) => <Tune key={kpi} kpi={kpi} />)
        : null}
    </section>
  );
}

/** Halves the false alarms a week that are accepted for one KPI. */
function Tune({ kpi }: { readonly kpi: string }): ReactNode {
  const { api, can, format, queries } = useWorkspace();
  const to = useViewLink();
  const action = useAction();
  const watch = useQuery(queries.watch, 'all');
  const kpis = useQuery(queries.kpis, 'all');
  const [isDone, setDone] = useState(false);
  const title = kpis.data?.kpis.find(({ key }) => key === kpi)?.title ?? kpi;
  const held = watch.data?.perKpi[kpi];
  // A KPI that follows all of them has a small part of their number; half of one a week is fewer than most settings give.
  const next = held === undefined ? 0.1 : Math.round(50 * held) / 100;
  return (
    <>
      <p className="small quiet">
        {title}: {held === undefined ? 'follows all KPIs' : `about ${format.count(held)} false alarms a week`}
        .
      </p>
      <div className="row-wrap">
        {can('admin') && watch.data !== undefined ? (
          <button
            type="button"
            className="button button-small"
            disabled={isDone}
            aria-disabled={action.isRunning}
            onClick={() =>
              action.run(async () => {
                await api.changeWatch({ kpi: { key: kpi, falseAlarmsPerWeek: next } });
                queries.watch.refresh();
                setDone(true);
              })
            }
          >
            Accept about {next} a week for {title}
          </button>
        ) : null}
        <Link to={to('/anomalies')}>Sensitivity</Link>
      </div>
      {isDone ? (
        <Notice tone="good">
          <span>It holds from the next window on.</span>
        </Notice>
      ) : null}
      {action.problem === undefined ? null : <ProblemNote problem={action.problem} />}
    </>
  );
}
