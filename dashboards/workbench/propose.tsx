import { useState, type ReactNode } from 'react';
import type { Decision } from '../../platform/contracts/decision.ts';
import type { ProposalSource } from '../../platform/contracts/proposal.ts';
import { useViewLink } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { useAction } from '../ui/form.tsx';
import { Link } from '../ui/link.tsx';
import { ProblemNote } from '../ui/states.tsx';

/**
 * Makes a decision of what is shown. The question goes to the server, which works it out again: what waits for approval is never a figure of
 * the page. Nothing is changed before somebody approves it.
 */
export function Propose({
  source,
  isDisabled = false,
}: {
  readonly source: ProposalSource;
  /** While the question on the screen is not the one that was answered. */
  readonly isDisabled?: boolean;
}): ReactNode {
  const { api, can, format, queries } = useWorkspace();
  const to = useViewLink();
  const action = useAction();
  const [made, setMade] = useState<{ readonly of: string; readonly decision: Decision }>();
  if (!can('kpis:write')) return null;
  const of = JSON.stringify(source);
  const decision = made?.of === of ? made.decision : undefined;
  return (
    <div className="stack-tight">
      <div className="row-wrap">
        <button
          type="button"
          className="button"
          disabled={isDisabled}
          aria-disabled={action.isRunning}
          onClick={() =>
            action.run(async () => {
              setMade({ of, decision: await api.decisions.propose({ source }) });
              queries.decisions.refresh();
            })
          }
        >
          Propose as a decision
        </button>
        <span className="small quiet">Nothing changes before it is approved.</span>
      </div>
      <p role="status" className={decision === undefined ? 'unseen' : undefined}>
        {decision === undefined ? null : (
          <>
            <Link to={to(`/decisions/${decision.id}`)}>{decision.title}</Link>
            {decision.money === null
              ? ' waits for approval'
              : ` waits for approval, ${format.value(decision.money, 'currency', 'full')} at stake`}
            {decision.requires.count > 1 ? ' of two people.' : '.'}
          </>
        )}
      </p>
      {action.problem === undefined ? null : <ProblemNote problem={action.problem} />}
    </div>
  );
}
