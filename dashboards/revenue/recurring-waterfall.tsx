import type { ReactNode } from 'react';
import type { RecurringMonth } from '../../platform/contracts/recurring.ts';
import { useWorkspace } from '../data/workspace.ts';
import { waterfall } from './recurring-view.ts';

/** From opening to closing MRR of one month, step by step: a table whose bars are drawn beside its figures. */
export function RecurringWaterfall({ month }: { readonly month: RecurringMonth }): ReactNode {
  const { format } = useWorkspace();
  const { floor, steps } = waterfall(month);
  return (
    <section className="panel stack-tight" aria-labelledby="waterfall-title">
      <h2 id="waterfall-title">
        MRR in {format.window(month.windowStartMs, '1mo')}, from opening to closing
      </h2>
      <table className="waterfall">
        <thead className="unseen">
          <tr>
            <th scope="col">Step</th>
            <th scope="col">Amount</th>
            <th scope="col">Course</th>
          </tr>
        </thead>
        <tbody>
          {steps.map((step) => (
            <tr key={step.id} className={step.kind === 'level' ? 'strong' : ''}>
              <th scope="row">{step.title}</th>
              <td className="waterfall-amount">
                {step.kind === 'gain' ? '+' : ''}
                {format.value(step.amount, 'currency', 'full')}
              </td>
              <td className="waterfall-track" aria-hidden="true">
                <span
                  className={`waterfall-bar waterfall-${step.kind}`}
                  style={{ left: `${100 * step.from}%`, width: `${100 * (step.to - step.from)}%` }}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {floor === 0 ? null : (
        <p className="small quiet">Bars begin at {format.value(floor, 'currency', 'tile')}, not at zero.</p>
      )}
    </section>
  );
}
