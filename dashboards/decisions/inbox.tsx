import { useEffect, useRef, type ReactNode, type RefObject } from 'react';
import type { Calibration, Decision } from '../../platform/contracts/decision.ts';
import { useOpenDecisions, useQuery, useTopic } from '../data/hooks.ts';
import { useViewLink } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Link } from '../ui/link.tsx';
import { Empty, ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { DecisionCard } from './decision-card.tsx';
import { stateWords } from './decision-words.ts';
import { KillSwitch } from './kill-switch.tsx';

const open = 'proposed,approved,executing,applied,verifying';
const over = 'rejected,expired,failed,kept,rolled_back';

/** What waits for a person, then what is under way, then what came of it. */
export function Inbox(): ReactNode {
  const { format, queries } = useWorkspace();
  const to = useViewLink();
  useTopic('decisions');
  const told = useOpenDecisions();
  const asked = useQuery(queries.decisions, open);
  const ended = useQuery(queries.decisions, over);
  const calibration = useQuery(queries.calibration, 'all');
  const all = told?.open ?? asked.data?.decisions;
  const waiting = (all ?? []).filter(({ state }) => state === 'proposed');
  const headingRef = useFocusOfGone(waiting.length);
  const moving = (all ?? []).filter(({ state }) => state !== 'proposed');
  const columns: readonly Column<Decision>[] = [
    {
      id: 'what',
      title: 'What',
      isName: true,
      className: 'wide',
      value: (row) => row.title,
      cell: (row) => (
        <Link to={to(`/decisions/${row.id}`)} className="strong">
          {row.title}
        </Link>
      ),
    },
    {
      id: 'state',
      title: 'State',
      value: (row) => row.state,
      cell: (row) => (
        <span className={`badge ${stateWords[row.state].tone}`}>{stateWords[row.state].text}</span>
      ),
    },
    {
      id: 'why',
      title: 'Because of',
      className: 'wide',
      value: (row) => row.trigger.title,
      cell: (row) => row.trigger.title,
    },
    {
      id: 'money',
      title: 'Money at stake',
      isNumber: true,
      value: (row) => row.money,
      cell: (row) => format.value(row.money, 'currency', 'tile'),
    },
    {
      id: 'at',
      title: 'Proposed',
      className: 'nowrap',
      value: (row) => row.createdAtMs,
      cell: (row) => format.dateTime(row.createdAtMs),
    },
  ];
  return (
    <div className="stack">
      <section className="stack-tight" aria-labelledby="waiting-title">
        <div className="row-wrap spread">
          <h2 id="waiting-title" ref={headingRef} tabIndex={-1}>
            Waits for a decision ({waiting.length})
          </h2>
          <KillSwitch />
        </div>
        {asked.problem === undefined ? null : (
          <ProblemNote
            problem={asked.problem}
            still="Nothing is executed without approval."
            onRetry={queries.decisions.refresh}
          />
        )}
        {all === undefined && asked.problem === undefined ? <Skeleton height={180} /> : null}
        {all !== undefined && waiting.length === 0 ? (
          <Empty title="Nothing waits for you.">
            <p>
              A <Link to={to('/decisions/policies')}>policy</Link> proposes here when what it watches for
              happens.
            </p>
          </Empty>
        ) : null}
        <div className="decision-cards" aria-live="polite">
          {waiting.map((decision) => (
            <DecisionCard key={decision.id} decision={decision} />
          ))}
        </div>
      </section>
      {moving.length === 0 ? null : (
        <section className="stack-tight" aria-labelledby="moving-title">
          <h2 id="moving-title">Under way</h2>
          <div className="decision-cards">
            {moving.map((decision) => (
              <DecisionCard key={decision.id} decision={decision} />
            ))}
          </div>
        </section>
      )}
      <section className="panel stack-tight" aria-labelledby="ended-title">
        <h2 id="ended-title">What came of earlier ones</h2>
        {ended.problem === undefined ? null : (
          <ProblemNote problem={ended.problem} onRetry={queries.decisions.refresh} />
        )}
        {ended.data === undefined && ended.problem === undefined ? <Skeleton height={120} /> : null}
        {ended.data === undefined ? null : (
          <Table
            id="decisions"
            label="Decisions that ended"
            columns={columns}
            rows={ended.data.decisions}
            rowKey={(row) => row.id}
            sort={{ column: 'at', isDown: true }}
            empty={<Empty title="None has ended yet." />}
          />
        )}
      </section>
      <CalibrationPanel calibration={calibration.data} />
    </div>
  );
}

/** A card that was answered leaves with the focus on it: the heading takes it, so that a keyboard goes on from here. */
function useFocusOfGone(count: number): RefObject<HTMLHeadingElement | null> {
  const ref = useRef<HTMLHeadingElement>(null);
  const before = useRef(count);
  useEffect(() => {
    if (count < before.current && document.activeElement === document.body)
      ref.current?.focus({ preventScroll: true });
    before.current = count;
  }, [count]);
  return ref;
}

/** Whether policies keep what they promise. */
function CalibrationPanel({ calibration }: { readonly calibration: Calibration | undefined }): ReactNode {
  const { format, queries } = useWorkspace();
  const kpis = useQuery(queries.kpis, 'all');
  if (calibration === undefined || calibration.policies.length === 0) return null;
  type Row = Calibration['policies'][number];
  const shown = (row: Row, value: number | null): string => {
    const unit = kpis.data?.kpis.find(({ key }) => key === row.kpi)?.unit ?? 'count';
    return format.value(value, unit, 'tile');
  };
  const columns: readonly Column<Row>[] = [
    {
      id: 'policy',
      title: 'Policy',
      isName: true,
      value: (row) => row.policyId,
      cell: (row) => (
        <>
          <span className="strong">{row.policyId}</span>
          <span className="small quiet below">{row.kpi}</span>
        </>
      ),
    },
    {
      id: 'measured',
      title: 'Measured',
      isNumber: true,
      value: (row) => row.measured,
      cell: (row) => format.count(row.measured),
    },
    {
      id: 'predicted',
      title: 'Predicted, mean',
      isNumber: true,
      value: (row) => row.predicted,
      cell: (row) => shown(row, row.predicted),
    },
    {
      id: 'realised',
      title: 'Realised, mean',
      isNumber: true,
      value: (row) => row.realised,
      cell: (row) => shown(row, row.realised),
    },
    {
      id: 'error',
      title: 'Off by, 95% interval',
      isNumber: true,
      value: (row) => row.meanError,
      cell: (row) =>
        row.low === null
          ? `${shown(row, row.meanError)} (one decision)`
          : `${shown(row, row.low)} to ${shown(row, row.high)}`,
    },
    {
      id: 'inside',
      title: 'In the interval it gave',
      isNumber: true,
      value: (row) => row.inside,
      cell: (row) => (row.withInterval === 0 ? '–' : `${row.inside} of ${row.withInterval}`),
    },
  ];
  return (
    <section className="panel stack-tight" aria-labelledby="calibration-title">
      <h2 id="calibration-title">Do policies keep what they promise?</h2>
      <p className="small quiet">
        Effects are est.: observed less expected by the watch, hour by hour, after less before.
      </p>
      <Table
        id="calibration"
        label="Realised against predicted"
        columns={columns}
        rows={calibration.policies}
        rowKey={(row) => `${row.policyId} ${row.kpi}`}
        isPlain
      />
    </section>
  );
}
