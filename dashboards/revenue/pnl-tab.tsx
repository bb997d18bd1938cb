import type { ReactNode } from 'react';
import { useQuery } from '../data/hooks.ts';
import { useParam, useView } from '../data/router.ts';
import { useScope } from '../data/scope.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChoiceField } from '../ui/choice-field.tsx';
import { Field, useAction } from '../ui/form.tsx';
import { Notice, ProblemNote, Skeleton } from '../ui/states.tsx';
import { ViewControls } from '../ui/view-controls.tsx';
import { useChoice } from './options.ts';
import { Statement } from './pnl-statement.tsx';

const plans = ['none', 'starter', 'growth', 'scale'] as const;

/** Revenue, cost by kind, fee and profit: by day, week or month, and by channel. */
export function PnlTab(): ReactNode {
  const { api, can, queries, format, session } = useWorkspace();
  const scope = useScope();
  const [view, change] = useView();
  const action = useAction();
  const [grain, setGrain] = useChoice('per', ['day', 'week', 'month']);
  // What the address does not name is as the settings of the tenant have it.
  const [planText, setPlan] = useParam('plan');
  const [targetText, setTarget] = useParam('target');
  const asked = targetText === '' ? Number.NaN : Number(targetText);
  const ownTarget = asked >= 0 && asked <= 1e12 ? asked : undefined;
  const ownPlan = plans.find((each) => each === planText);
  const answer = useQuery(queries.pnl, {
    fromMs: scope.range.fromMs,
    toMs: scope.range.toMs,
    grain,
    plan: ownPlan,
    targetPerMonth: ownTarget,
  });
  /** What the settings say is told by the first answer; until then it would be shown wrong. */
  const isKnown = answer.data !== undefined || answer.problem !== undefined;
  const plan = ownPlan ?? answer.data?.plan ?? 'none';
  const targetPerMonth = ownTarget ?? answer.data?.targetPerMonth ?? 0;
  const keep = async (): Promise<void> => {
    await api.changeSettings({
      ...(ownPlan === undefined ? {} : { plan: ownPlan }),
      ...(ownTarget === undefined ? {} : { profitTargetPerMonth: ownTarget }),
    });
    queries.settings.refresh();
    queries.pnl.refresh();
    setPlan('');
    setTarget('');
  };
  const isFiltered = Object.values(view.filters).some((value) => value !== undefined);
  const fee = (amount: number): string => format.value(amount, 'currency', 'tile');
  return (
    <>
      <ViewControls scope={scope} isPlain />
      <section className="panel question" aria-label="Question">
        <div className="question-row">
          <ChoiceField
            label="By"
            value={grain}
            choices={[
              ['day', 'Day'],
              ['week', 'Week'],
              ['month', 'Month'],
            ]}
            onChange={setGrain}
          />
          {isKnown ? (
            <>
              <ChoiceField
                label="Subscription"
                value={plan}
                choices={[
                  ['none', 'No fee'],
                  ['starter', `Starter, ${fee(97)} a month`],
                  ['growth', `Growth, ${fee(297)} a month`],
                  ['scale', `Scale, ${fee(797)} a month`],
                ]}
                onChange={setPlan}
              />
              <Field label="Profit aimed at, a month">
                {(ids) => (
                  <input
                    {...ids}
                    key={targetPerMonth}
                    className="input"
                    inputMode="decimal"
                    defaultValue={targetPerMonth}
                    onBlur={(event) => setTarget(event.target.value.trim())}
                    onKeyDown={(event) => {
                      if (event.key === 'Enter') setTarget(event.currentTarget.value.trim());
                    }}
                  />
                )}
              </Field>
            </>
          ) : (
            <Skeleton height={52} width="320px" />
          )}
          {can('admin') && (ownPlan !== undefined || ownTarget !== undefined) ? (
            <button
              type="button"
              className="button"
              aria-disabled={action.isRunning}
              onClick={() => action.run(keep)}
            >
              Keep for {session.tenant.name}
            </button>
          ) : null}
        </div>
        {action.problem === undefined ? null : <ProblemNote problem={action.problem} />}
      </section>
      {isFiltered ? (
        <Notice tone="warn">
          <span>
            Profit and loss is that of the whole tenant and of each channel; filters do not apply to it.
          </span>
          <button type="button" className="button button-small" onClick={() => change({ filters: {} })}>
            Remove the filters
          </button>
        </Notice>
      ) : null}
      {answer.problem !== undefined ? (
        <ProblemNote problem={answer.problem} onRetry={queries.pnl.refresh} />
      ) : answer.data === undefined ? (
        <Skeleton height={480} />
      ) : (
        <div className={answer.isOutdated ? 'stack is-outdated' : 'stack'}>
          <Statement answer={answer.data} />
        </div>
      )}
    </>
  );
}
