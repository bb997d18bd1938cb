import type { ReactNode } from 'react';
import type { KpiDefinition } from '../../platform/contracts/kpi.ts';
import { useViewLink } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Dialog } from './dialog.tsx';
import { useFreshness } from './freshness.tsx';
import { Link } from './link.tsx';
import { recurringMeanings } from '../../platform/contracts/recurring-names.ts';
import { useQuery } from '../data/hooks.ts';
import { measureWords, thresholdWords, unitWords, watchWords } from './kpi-words.ts';

/** What a KPI is: in words, as a formula, from which events, judged how, how fresh. */
export function DefinitionDialog({
  kpi,
  onClose,
}: {
  readonly kpi: KpiDefinition;
  readonly onClose: () => void;
}): ReactNode {
  const to = useViewLink();
  return (
    <Dialog title={kpi.title} onClose={onClose} place="side">
      <Definition kpi={kpi} />
      <div className="dialog-foot">
        <Link to={to(`/kpis/${kpi.key}`)} className="button button-primary">
          Open explorer
        </Link>
      </div>
    </Dialog>
  );
}

export function Definition({ kpi }: { readonly kpi: KpiDefinition }): ReactNode {
  const { format } = useWorkspace();
  const { words } = useFreshness();
  const limit = (value: number | undefined): string =>
    value === undefined ? 'none' : format.value(value, kpi.unit, 'full');
  return (
    <div className="stack-tight">
      <p>{kpi.description}</p>
      <dl className="facts">
        <dt>Key</dt>
        <dd>
          <code>{kpi.key}</code>
        </dd>
        <dt>Unit</dt>
        <dd>{unitWords(kpi.unit, format.context.currency)}</dd>
        <dt>Formula</dt>
        <dd>
          <code>{kpi.formula}</code>
        </dd>
        <dt>Good is</dt>
        <dd>{kpi.direction === 'up' ? '▲ more' : '▼ less'}</dd>
        <dt>Target</dt>
        <dd>{limit(kpi.target)}</dd>
        <dt>Alert level</dt>
        <dd>
          {limit(kpi.alertThreshold)}
          {kpi.alertThreshold === undefined ? '' : `, ${thresholdWords(kpi)}`}
        </dd>
        <dt>Watched</dt>
        <dd>{watchWords(kpi)}</dd>
        <dt>Can be cut by</dt>
        <dd>{kpi.dimensions.length === 0 ? 'nothing' : kpi.dimensions.join(', ')}</dd>
        <dt>Source</dt>
        <dd>
          {kpi.origin === 'catalogue' ? 'Catalogue of Weir' : 'Added by this tenant'}, version {kpi.version}
        </dd>
        <dt>Freshness</dt>
        <dd>{words}</dd>
      </dl>
      {kpi.basis === undefined ? null : <RecurringNames formula={kpi.formula} />}
      {kpi.measures.length === 0 ? null : <h3>Measures</h3>}
      <ul className="stack-tight">
        {kpi.measures.map((measure) => (
          <li key={measure.key}>
            <code>{measure.key}</code> <span className="quiet">{measureWords(measure)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What a formula on recurring revenue is made of, and by which version of the rules. */
function RecurringNames({ formula }: { readonly formula: string }): ReactNode {
  const { queries } = useWorkspace();
  const to = useViewLink();
  const policy = useQuery(queries.mrrPolicy, 'all').data?.policy;
  const used = Object.entries(recurringMeanings).filter(([name]) =>
    new RegExp(`\\b${name}\\b`).test(formula),
  );
  return (
    <>
      <h3>Recurring revenue</h3>
      <ul className="stack-tight">
        {used.map(([name, meaning]) => (
          <li key={name}>
            <code>{name}</code> <span className="quiet">{meaning}</span>
          </li>
        ))}
      </ul>
      <p className="small">
        By <Link to={to('/revenue/recurring')}>the rules of recurring revenue</Link>
        {policy === undefined ? '' : `, ${policy.preset}, version ${policy.version}`}.
      </p>
    </>
  );
}
