import type { ReactNode } from 'react';
import type { CohortAnswer, CohortQuestion } from '../../platform/contracts/cohorts.ts';
import { useQuery } from '../data/hooks.ts';
import { matchesText, readMatches } from '../data/match-text.ts';
import { useParam } from '../data/router.ts';
import { useScope } from '../data/scope.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Computed } from '../ui/computing.tsx';
import { Heat } from '../ui/heat.tsx';
import { Empty } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { ViewControls } from '../ui/view-controls.tsx';
import { ChoiceField } from '../ui/choice-field.tsx';
import { Few, fewWords } from './few.tsx';
import { MatchEditor } from './match-editor.tsx';
import { useMoney } from './money.ts';
import { useChoice } from './options.ts';

type Cohort = CohortAnswer['cohorts'][number];
const periodsOf = { day: 14, week: 8, month: 12 } as const;
/** The contract's bound. */
const MAX_COHORTS = 60;

/** Users by when they entered: how many are there again, and what each has paid so far. */
export function CohortTab(): ReactNode {
  const { queries } = useWorkspace();
  const scope = useScope();
  const [grain, setGrain] = useChoice('cohort', ['week', 'day', 'month']);
  const [measure, setMeasure] = useChoice('show', ['retention', 'ltv']);
  const [entryText, setEntry] = useParam('entry');
  const [returnText, setReturns] = useParam('back');
  const entry = readMatches(entryText)[0] ?? { type: 'signup' };
  const read = readMatches(returnText).slice(0, 10);
  const returns = read.length === 0 ? [{ type: 'session' }] : read;
  const { fromMs, toMs } = scope.range;
  const isTooLong = grain === 'day' && toMs - fromMs > (MAX_COHORTS + 0.5) * 86_400_000;
  const question: CohortQuestion = {
    fromMs,
    toMs,
    entry,
    returns: [...returns],
    grain: isTooLong ? 'week' : grain,
    periods: periodsOf[isTooLong ? 'week' : grain],
    filters: scope.view.filters,
  };
  const shown = useQuery(queries.cohorts, question);
  return (
    <>
      <ViewControls scope={scope} isPlain />
      <section className="panel question" aria-label="Question">
        <div className="question-row">
          <ChoiceField
            label="Cohorts by"
            value={grain}
            choices={[
              ['day', 'Day'],
              ['week', 'Week'],
              ['month', 'Month'],
            ]}
            onChange={setGrain}
          />
          <ChoiceField
            label="Show"
            value={measure}
            choices={[
              ['retention', 'Share that came back'],
              ['ltv', 'Revenue for each member so far (LTV)'],
            ]}
            onChange={setMeasure}
          />
        </div>
        <MatchEditor
          label="Entry: the first such event of a user"
          one="entry"
          matches={[entry]}
          fewest={1}
          most={1}
          onChange={(next) => setEntry(matchesText(next))}
        />
        <MatchEditor
          label="Coming back: any of these"
          one="return"
          matches={returns}
          fewest={1}
          most={10}
          onChange={(next) => setReturns(matchesText(next))}
        />
        {isTooLong ? (
          <p className="small quiet">Shown by week: at most {MAX_COHORTS} cohorts fit beside each other.</p>
        ) : null}
      </section>
      <Computed shown={shown} what="The cohort table" onAgain={queries.cohorts.refresh}>
        {(answer) => (
          <CohortTable
            answer={answer}
            grain={question.grain}
            isLtv={measure === 'ltv'}
            entryType={entry.type}
          />
        )}
      </Computed>
    </>
  );
}

function CohortTable({
  answer,
  grain,
  isLtv,
  entryType,
}: {
  readonly answer: CohortAnswer;
  readonly grain: 'day' | 'week' | 'month';
  readonly isLtv: boolean;
  readonly entryType: string;
}): ReactNode {
  const { format } = useWorkspace();
  const money = useMoney();
  const rows = answer.cohorts.filter(({ size }) => size !== 0);
  if (rows.length === 0)
    return (
      <Empty title="Nobody entered in this range">
        <p>
          Events of type <code>{entryType}</code> with a <code>user_id</code> fill this; <code>session</code>{' '}
          and the like show who came back, payments what they are worth. A longer range shows more cohorts.
        </p>
      </Empty>
    );
  const most = Math.max(0, ...rows.map(({ cells }) => cells.length));
  const ltvs = rows.flatMap(({ cells }) => cells.map(({ ltvMinor }) => ltvMinor ?? 0));
  const highest = Math.max(0, ...ltvs);
  const valueOf = ({ cells, size }: Cohort, period: number): number | null => {
    const cell = cells[period];
    if (cell === undefined || size === null) return null;
    if (isLtv) return cell.ltvMinor;
    return cell.returned === null ? null : cell.returned / size;
  };
  const text = (value: number | null): string =>
    value === null ? '' : isLtv ? money.full(value) : format.percent(value);
  const name = (cohort: Cohort): string =>
    grain === 'month' ? format.window(cohort.startMs, '1mo') : format.date(cohort.startMs);
  const periods = Array.from({ length: most }, (_each, period) => period);
  const columns: readonly Column<Cohort>[] = [
    {
      id: 'cohort',
      title: `Entered, ${grain} of`,
      isName: true,
      value: (row) => new Date(row.startMs).toISOString(),
      cell: name,
      className: 'nowrap',
    },
    {
      id: 'size',
      title: 'Members',
      isNumber: true,
      value: (row) => row.size,
      cell: (row) => (row.size === null ? <Few /> : format.count(row.size)),
    },
    ...periods.map((period): Column<Cohort> => ({
      id: `period${period}`,
      title: period === 0 ? `Same ${grain}` : `After ${period} ${grain}${period === 1 ? '' : 's'}`,
      isNumber: true,
      value: (row) => (isLtv ? money.major(valueOf(row, period)) : valueOf(row, period)),
      cell: (row) => {
        const value = valueOf(row, period);
        const cell = row.cells[period];
        if (cell === undefined || row.size === null) return null;
        if (value === null) return <Few />;
        return (
          <Heat
            share={isLtv ? (highest > 0 ? value / highest : 0) : value}
            isRunning={!cell.isComplete}
            title={`${cell.returned === null ? 'Too few to tell' : format.count(cell.returned)} of ${format.count(row.size)} members, ${money.full(cell.revenueMinor ?? 0)} in this ${grain}${cell.isComplete ? '' : ', still running'}`}
          >
            {text(value)}
          </Heat>
        );
      },
    })),
  ];
  const members = rows.reduce((sum, { size }) => sum + (size ?? 0), 0);
  const mean = (period: number): string => {
    const all = answer.mean[period];
    return text(all === undefined ? null : isLtv ? all.ltvMinor : all.retention) || '–';
  };
  return (
    <section className="stack-tight" aria-labelledby="cohort-title">
      <h2 id="cohort-title">
        {isLtv
          ? `Revenue for each member, ${grain} by ${grain} after the entry`
          : `Members who came back, ${grain} by ${grain} after the entry`}
      </h2>
      <Table
        key={`${grain} ${isLtv} ${most}`}
        id={isLtv ? 'cohorts-ltv' : 'cohorts-retention'}
        label={isLtv ? 'Revenue for each member by cohort' : 'Share of members who came back by cohort'}
        columns={columns}
        rows={rows}
        rowKey={(row) => String(row.startMs)}
        tools={
          <span className="small quiet">
            Dashed figures are of a {grain} that still runs; means leave them out.{' '}
            {format.count(answer.events)} events read.{answer.isGuarded ? ` ${fewWords}` : ''}
          </span>
        }
        foot={
          <tr>
            <th scope="row">Mean</th>
            <td className="number">{members === 0 && answer.isGuarded ? <Few /> : format.count(members)}</td>
            {periods.map((period) => (
              <td key={period} className="number">
                {mean(period)}
              </td>
            ))}
          </tr>
        }
      />
    </section>
  );
}
