import { useState, type ReactNode } from 'react';
import type { CustomerRun } from '../../platform/contracts/customers.ts';
import { useQuery } from '../data/hooks.ts';
import { useParam } from '../data/router.ts';
import { churnBands } from '../data/wire-customers.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Notice } from '../ui/states.tsx';
import { BacktestPanel } from './backtest-panel.tsx';
import { ChurnTable } from './churn-table.tsx';
import { RunFrame } from './run-head.tsx';
import { SurvivalPanel } from './survival-panel.tsx';
import { BandsDialog } from './bands-dialog.tsx';
import { bandWords, campaignWords, moneyOf, rangeWords } from './words.ts';

/** Who is likely to leave: bands with the money at risk, each customer with why and when, how far it can be trusted, how long customers stay. */
export function ChurnScreen(): ReactNode {
  return (
    <RunFrame what="Customers under contract who are likely to leave">
      {(run) => (
        <div className="stack">
          {run.scoredBy === 'rule' ? (
            <Notice tone="warn">
              <span>
                These are points of a rule over the last sign of life, sessions, features, payments and
                tickets, not measured probabilities. {run.ruleReason}
              </span>
            </Notice>
          ) : null}
          <Bands run={run} />
          <ChurnTable run={run} />
          <div className="customers-grid">
            <BacktestPanel run={run} />
            <SurvivalPanel run={run} />
          </div>
        </div>
      )}
    </RunFrame>
  );
}

function Bands({ run }: { readonly run: CustomerRun }): ReactNode {
  const { can, format, queries } = useWorkspace();
  const rules = useQuery(queries.churnBands, 'all');
  const [isOpen, setOpen] = useState(false);
  const [band, setBand] = useParam('band');
  return (
    <section className="stack-tight" aria-labelledby="bands-title">
      <div className="row spread">
        <h2 id="bands-title">
          {run.scoredBy === 'model'
            ? `Chance to cancel or not to renew within ${run.horizonDays} days`
            : 'By points of the rule'}
        </h2>
        {can('kpis:write') && rules.data !== undefined ? (
          <button type="button" className="button" onClick={() => setOpen(true)}>
            Change bands
          </button>
        ) : null}
      </div>
      <div className="band-grid" role="group" aria-label="Bands; press one to see its customers alone">
        {churnBands.map((name) => {
          const found = run.bands.find((each) => each.band === name);
          return (
            <button
              key={name}
              type="button"
              className="band"
              aria-pressed={band === name}
              onClick={() => setBand(band === name ? '' : name)}
            >
              <span className="row-wrap">
                <span className={`badge ${bandWords[name].tone}`}>{bandWords[name].title}</span>
                <span className="small quiet">{rangeWords(name, run.bands)}</span>
              </span>
              <span className="big">{format.count(found?.customers ?? 0)} customers</span>
              <span className="small">
                {moneyOf(format, found?.mrrMinor ?? 0)} MRR, {moneyOf(format, found?.atRiskMinor ?? 0)} a year
                at risk
              </span>
              <span className="small quiet">
                Campaign: {found === undefined ? 'none' : campaignWords(found)}
              </span>
            </button>
          );
        })}
      </div>
      <p className="small quiet">
        {format.count(run.customers)} paying customers scored
        {run.leaving === 0 ? '' : `; ${format.count(run.leaving)} more have already said that they go`}. Money
        at risk is chance × a year of MRR.
      </p>
      {isOpen && rules.data !== undefined ? (
        <BandsDialog bands={rules.data.bands} onClose={() => setOpen(false)} />
      ) : null}
    </section>
  );
}
