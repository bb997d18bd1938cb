import { useState, type ReactNode } from 'react';
import { useQuery } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ProblemNote, Skeleton } from '../ui/states.tsx';
import { MrrPolicyDialog } from './mrr-policy-dialog.tsx';
import { policyWords, presetTitles } from './mrr-policy-words.ts';

/** By which rules the figures are made: shown beside them, changed by admins, never without a version. */
export function MrrPolicyPanel(): ReactNode {
  const { can, format, queries } = useWorkspace();
  const found = useQuery(queries.mrrPolicy, 'all');
  const [isChanging, setChanging] = useState(false);
  return (
    <section className="panel stack-tight" aria-labelledby="policy-title">
      <div className="row spread">
        <h2 id="policy-title">What counts as recurring revenue</h2>
        {can('admin') && found.data !== undefined ? (
          <button type="button" className="button button-small" onClick={() => setChanging(true)}>
            Change the rules
          </button>
        ) : null}
      </div>
      {found.problem === undefined ? null : (
        <ProblemNote problem={found.problem} onRetry={queries.mrrPolicy.refresh} />
      )}
      {found.data === undefined ? (
        <Skeleton height={200} />
      ) : (
        <>
          <p className="quiet small">
            {presetTitles[found.data.policy.preset]}, version {found.data.policy.version}
            {found.data.policy.updatedAtMs === 0
              ? ', as it comes'
              : `, set ${format.dateTime(found.data.policy.updatedAtMs)}`}
            . Tax, one-off charges and refunds never count.
          </p>
          <dl className="policy-grid">
            {policyWords(found.data.policy).map(([title, words]) => (
              <div key={title}>
                <dt>{title}</dt>
                <dd>{words}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
      {isChanging && found.data !== undefined ? (
        <MrrPolicyDialog reply={found.data} onClose={() => setChanging(false)} />
      ) : null}
    </section>
  );
}
