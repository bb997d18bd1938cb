import type { ReactNode } from 'react';
import type { CustomerRun } from '../../platform/contracts/customers.ts';
import { ago } from '../data/format.ts';
import { useNow, useQuery } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { useAction } from '../ui/form.tsx';
import { Icon } from '../ui/icons.tsx';
import { OpenJobs } from '../ui/open-jobs.tsx';
import { Empty, Notice, ProblemNote, SimulatedBadge, Skeleton } from '../ui/states.tsx';
import './customers.css';

/** The newest run around what a screen shows of it: how old it is, by what it scored, its jobs, and what to do when there is none. */
export function RunFrame({
  what,
  children,
}: {
  readonly what: string;
  readonly children: (run: CustomerRun) => ReactNode;
}): ReactNode {
  const { queries } = useWorkspace();
  const board = useQuery(queries.customers, 'all');
  const run = board.data?.run ?? undefined;
  return (
    <>
      <RunLine run={run} isLoaded={board.data !== undefined} what={what} />
      <OpenJobs kind="models" only={(job) => job.params['task'] === 'customers' && job.state !== 'done'} />
      {board.problem === undefined ? null : (
        <ProblemNote problem={board.problem} onRetry={queries.customers.refresh} />
      )}
      {board.data === undefined ? (
        board.problem === undefined ? (
          <Skeleton height={420} />
        ) : null
      ) : run === undefined ? (
        <Empty title="No customers scored yet">
          <p>
            Send <code>subscription_started</code>, <code>subscription_cancelled</code> and{' '}
            <code>subscription_payment</code> with a <code>user_id</code>; <code>session</code>,{' '}
            <code>usage</code>, <code>support_ticket</code> and <code>payment_failed</code> say why customers
            leave. Buyers without a contract come from <code>product_sale</code>, <code>membership</code> and
            tips. The first run follows within minutes.
          </p>
        </Empty>
      ) : (
        children(run)
      )}
    </>
  );
}

function RunLine({
  isLoaded,
  run,
  what,
}: {
  readonly run: CustomerRun | undefined;
  readonly isLoaded: boolean;
  readonly what: string;
}): ReactNode {
  const { api, can, format, queries, session } = useWorkspace();
  const now = useNow(30_000);
  const action = useAction();
  const ask = (train: boolean): void =>
    action.run(async () => {
      await api.runCustomers(train);
      queries.jobs.refresh();
    });
  return (
    <div className="stack-tight">
      <div className="row-wrap spread">
        <p className="row-wrap">
          <span className="quiet">{what}</span>
          {run === undefined ? null : (
            <span title={format.dateTime(run.asOfMs)}>
              As of {ago(Math.max(0, now - run.asOfMs))}, anew every day
            </span>
          )}
          {session.tenant.simulated ? <SimulatedBadge /> : null}
        </p>
        {can('kpis:write') && isLoaded ? (
          <div className="row-wrap">
            <button
              type="button"
              className="button"
              aria-disabled={action.isRunning}
              onClick={() => ask(false)}
            >
              <Icon name="refresh" /> Score now
            </button>
            <button
              type="button"
              className="button"
              aria-disabled={action.isRunning}
              onClick={() => ask(true)}
            >
              Learn anew
            </button>
          </div>
        ) : null}
      </div>
      {action.problem === undefined ? null : <ProblemNote problem={action.problem} />}
      {run === undefined || run.leftOut === 0 ? null : (
        <Notice tone="warn">
          {format.count(run.leftOut)} customers beyond the bound of 20,000 are left out: those who did
          something longest ago.
        </Notice>
      )}
    </div>
  );
}
