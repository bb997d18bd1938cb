import { useState, type ReactNode } from 'react';
import type { Decision } from '../../platform/contracts/decision.ts';
import { duration } from '../data/format.ts';
import { useNow, useQuery } from '../data/hooks.ts';
import { useViewLink } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Link } from '../ui/link.tsx';
import { actionWords, riskWords, stateWords } from './decision-words.ts';
import { factWords } from './fact-words.ts';
import { AnswerDialog, type Answer } from './answer-dialog.tsx';
import { useActors } from './use-actors.ts';

const shownFacts = 6;

/** What, why, what to expect, what may go wrong and how it is undone, who must say yes until when; and the buttons to say so. */
export function DecisionCard({ decision }: { readonly decision: Decision }): ReactNode {
  const { can, format, queries } = useWorkspace();
  const to = useViewLink();
  const now = useNow(30_000);
  const nameOf = useActors();
  const kpis = useQuery(queries.kpis, 'all');
  const [answer, setAnswer] = useState<Answer>();
  const { state, trigger, expected, outcome, money, approvals, requires } = decision;
  const isOpen = state === 'proposed';
  const mayUndo = decision.isReversible && ['applied', 'verifying', 'kept'].includes(state);
  const kpi = kpis.data?.kpis.find(({ key }) => key === expected?.kpi);
  const seen = kpis.data?.kpis.find(({ key }) => key === trigger.kpi);
  const amount = (value: number | null): string => format.value(value, kpi?.unit ?? 'count', 'tile');
  const last = decision.history.at(-1);
  return (
    <article className="panel decision-card" aria-label={decision.title}>
      <header className="row spread">
        <h3>
          <Link to={to(`/decisions/${decision.id}`)}>{decision.title}</Link>
        </h3>
        <span className={`badge ${stateWords[state].tone}`}>{stateWords[state].text}</span>
      </header>
      <ul className="decision-actions" aria-label="What it does">
        {decision.actions.map((action, index) => (
          // Actions have no identity beside their place.
          <li key={index} className="strong">
            {actionWords(action)}
          </li>
        ))}
      </ul>
      <dl className="decision-facts">
        <dt>Why</dt>
        <dd>
          <Link to={to(trigger.link)}>{trigger.title}</Link>
          {decision.facts.length === 0 ? null : (
            <span className="small quiet below">
              {decision.facts
                .filter(({ name }) => !name.endsWith('_ms'))
                .slice(0, shownFacts)
                .map((fact) => factWords(fact, seen?.unit, format))
                .join(' · ')}
            </span>
          )}
        </dd>
        <dt>Expected</dt>
        <dd>
          {expected === null ? (
            <span className="quiet">no figure was promised</span>
          ) : (
            <>
              est. {amount(expected.delta)} {kpi?.title ?? expected.kpi} in {duration(expected.horizonMs)}
              {expected.low === null || expected.high === null ? null : (
                <span className="quiet">
                  {' '}
                  ({amount(expected.low)} to {amount(expected.high)})
                </span>
              )}
            </>
          )}
        </dd>
        {outcome === undefined ? null : (
          <>
            <dt>Realised</dt>
            <dd title={outcome.method}>
              {outcome.realised === null
                ? 'too few windows to tell'
                : `est. ${amount(outcome.realised)} (${amount(outcome.low)} to ${amount(outcome.high)})`}
              {outcome.cut === undefined ? null : (
                <span className="small quiet below">
                  on {outcome.cut.rollup} {outcome.cut.dim}
                  {outcome.controls === undefined || outcome.controls.length === 0
                    ? ', held against itself before'
                    : `, held against ${outcome.controls.length} others: ${outcome.controls.slice(0, 3).join(', ')}${outcome.controls.length > 3 ? ' …' : ''}`}
                </span>
              )}
            </dd>
          </>
        )}
        <dt>Risk</dt>
        <dd>
          {riskWords[decision.riskClass]}
          {money === null ? '' : `, ${format.value(money, 'currency', 'full')} at stake`}
          {decision.guardrails.map((rail) => (
            <span key={`${rail.kpi} ${rail.window}`} className="small quiet below">
              {rail.onBreach === 'stop' ? 'stops' : 'rolls back'} when {rail.kpi} {rail.is} {rail.value} in a
              window of {rail.window}
              {rail.scope === 'total' ? ' of the total' : ''}
            </span>
          ))}
        </dd>
        <dt>Undo</dt>
        <dd>{decision.undoPlan}</dd>
        <dt>Approval</dt>
        <dd>
          {approvals.length} of {requires.count}
          {requires.notAuthor
            ? decision.trigger.type === 'proposal'
              ? ', not who proposed it'
              : ', not the author of the policy'
            : ''}
          {approvals.length === 0 ? '' : `: ${approvals.map(({ by }) => nameOf(by)).join(', ')}`}
          {isOpen ? (
            <span className="small quiet below">
              until{' '}
              <time dateTime={new Date(decision.expiresAtMs).toISOString()}>
                {format.dateTime(decision.expiresAtMs)}
              </time>
              , {duration(Math.max(0, decision.expiresAtMs - now))} left; then it expires
            </span>
          ) : null}
        </dd>
        {isOpen || last === undefined ? null : (
          <>
            <dt>Last</dt>
            <dd>
              {stateWords[last.to].text.replace(/^[✓✕] /, '')} by {nameOf(last.by)},{' '}
              {format.dateTime(last.atMs)}
              {last.reason === '' ? null : <span className="small quiet below">{last.reason}</span>}
            </dd>
          </>
        )}
      </dl>
      {can('decisions:approve') && (isOpen || mayUndo || state === 'approved') ? (
        <div className="row-wrap">
          {isOpen && decision.mode !== 'suggest' ? (
            <button type="button" className="button button-primary" onClick={() => setAnswer('approve')}>
              Approve<span className="unseen"> {decision.title}</span>
            </button>
          ) : null}
          {isOpen && decision.mode === 'suggest' ? (
            <span className="quiet">Its policy only suggests.</span>
          ) : null}
          {isOpen || state === 'approved' ? (
            <button type="button" className="button" onClick={() => setAnswer('reject')}>
              Reject<span className="unseen"> {decision.title}</span>
            </button>
          ) : null}
          {mayUndo ? (
            <button type="button" className="button button-danger" onClick={() => setAnswer('undo')}>
              Undo<span className="unseen"> {decision.title}</span>
            </button>
          ) : null}
        </div>
      ) : null}
      {answer === undefined ? null : (
        <AnswerDialog decision={decision} answer={answer} onClose={() => setAnswer(undefined)} />
      )}
    </article>
  );
}
