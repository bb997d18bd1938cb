import type { ReactNode } from 'react';
import type { EventMatch } from '../../platform/contracts/analytics.ts';
import type { FunnelAnswer, FunnelQuestion } from '../../platform/contracts/funnel.ts';
import { dimensionTitle } from '../data/colour-slots.ts';
import { duration } from '../data/format.ts';
import { useQuery } from '../data/hooks.ts';
import { matchesText, matchTitle, readMatches } from '../data/match-text.ts';
import { useParam } from '../data/router.ts';
import { useScope } from '../data/scope.ts';
import { useWorkspace } from '../data/workspace.ts';
import { capitalize } from '../ui/chart-spec.ts';
import { Computed } from '../ui/computing.tsx';
import { Empty } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { ViewControls } from '../ui/view-controls.tsx';
import { ChoiceField } from '../ui/choice-field.tsx';
import { Few, fewWords } from './few.tsx';
import { MatchEditor, useEventTitles } from './match-editor.tsx';
import { lengths, useChoice } from './options.ts';

const MAX_STEPS = 10;
const signUp: readonly EventMatch[] = [{ type: 'page_view' }, { type: 'signup' }, { type: 'membership' }];
const sale: readonly EventMatch[] = [
  { type: 'video_view' },
  { type: 'affiliate_click' },
  { type: 'product_sale' },
];

/** Any steps, in order or not, within a time: how many users take each, how long it takes them, and who they are. */
export function FunnelTab(): ReactNode {
  const { queries } = useWorkspace();
  const scope = useScope();
  const titles = useEventTitles();
  const [text, setText] = useParam('steps');
  const [order, setOrder] = useChoice('order', ['ordered', 'strict', 'any']);
  const [within, setWithin] = useChoice('within', ['7d', '1h', '1d', '14d', '30d', '90d']);
  const [by, setBy] = useChoice('by', ['none', 'channel', 'content', 'country', 'stream']);
  const read = readMatches(text).slice(0, MAX_STEPS);
  const steps = read.length < 2 ? signUp : read;
  const question: FunnelQuestion = {
    fromMs: scope.range.fromMs,
    toMs: scope.range.toMs,
    steps: [...steps],
    order,
    windowMs: lengths[within].ms,
    ...(by === 'none' ? {} : { by }),
    filters: scope.view.filters,
  };
  const shown = useQuery(queries.funnel, question);
  const names = steps.map((step) => matchTitle(step, titles));
  const choose = (next: readonly EventMatch[]): void => setText(matchesText(next));
  return (
    <>
      <ViewControls scope={scope} isPlain />
      <section className="panel question" aria-label="Question">
        <MatchEditor
          label="Steps"
          one="step"
          matches={steps}
          fewest={2}
          most={MAX_STEPS}
          isOrdered
          onChange={choose}
        />
        <div className="question-row">
          <ChoiceField
            label="Order"
            value={order}
            choices={[
              ['ordered', 'In this order, others between'],
              ['strict', 'Directly one after the other'],
              ['any', 'In any order'],
            ]}
            onChange={setOrder}
          />
          <ChoiceField
            label="All within"
            value={within}
            choices={(['1h', '1d', '7d', '14d', '30d', '90d'] as const).map((each) => [
              each,
              lengths[each].title,
            ])}
            onChange={setWithin}
          />
          <ChoiceField
            label="Broken down by"
            value={by}
            choices={[
              ['none', 'Nothing'],
              ['channel', 'Channel'],
              ['content', 'Content'],
              ['country', 'Country'],
              ['stream', 'Stream'],
            ]}
            onChange={setBy}
          />
          <div className="field" role="group" aria-label="Ready to use">
            <span className="field-label">Ready to use</span>
            <div className="row">
              <button type="button" className="button" onClick={() => choose(signUp)}>
                Sign-up funnel
              </button>
              <button type="button" className="button" onClick={() => choose(sale)}>
                Sale funnel
              </button>
            </div>
          </div>
        </div>
      </section>
      <Computed shown={shown} what="The funnel" onAgain={queries.funnel.refresh}>
        {(answer) => (
          <Funnel
            answer={answer}
            names={names}
            firstType={steps[0]?.type ?? ''}
            by={by}
            isAnyOrder={order === 'any'}
          />
        )}
      </Computed>
    </>
  );
}

interface StepRow {
  readonly key: string;
  readonly name: string;
  readonly step: FunnelAnswer['steps'][number];
  readonly lost: number | null;
}

function Funnel({
  answer,
  names,
  firstType,
  by,
  isAnyOrder,
}: {
  readonly answer: FunnelAnswer;
  readonly names: readonly string[];
  readonly firstType: string;
  readonly by: 'none' | 'channel' | 'content' | 'country' | 'stream';
  readonly isAnyOrder: boolean;
}): ReactNode {
  const { format } = useWorkspace();
  const first = answer.steps[0]?.users ?? 0;
  const rows = answer.steps.map((step, i): StepRow => {
    const before = answer.steps[i - 1];
    return {
      key: String(i),
      name: isAnyOrder ? `${i + 1} of the steps` : `${i + 1}. ${names[i] ?? ''}`,
      step,
      lost:
        before === undefined || before.users === null || step.users === null
          ? null
          : before.users - step.users,
    };
  });
  if (answer.steps[0]?.users === null)
    return (
      <Empty title="Fewer than ten users took the first step in this range">
        <p>{fewWords} Choose a longer range or remove a filter.</p>
      </Empty>
    );
  if (first === 0)
    return (
      <Empty title="Nobody took the first step in this range">
        <p>
          Events of type <code>{firstType}</code> with a <code>user_id</code> or <code>viewer_id</code> fill
          this. Choose a longer range, another first step, or remove a filter.
        </p>
      </Empty>
    );
  const percent = (value: number | null): string => (value === null ? '–' : format.percent(value));
  const time = (ms: number | null): string => (ms === null ? '–' : duration(ms));
  const last = rows.at(-1);
  const columns: readonly Column<StepRow>[] = [
    { id: 'step', title: 'Step', isName: true, value: (row) => row.name, cell: (row) => row.name },
    {
      id: 'users',
      title: 'Users',
      isNumber: true,
      value: (row) => row.step.users,
      bar: (row) => (row.step.users ?? 0) / first,
      cell: (row) => (row.step.users === null ? <Few /> : format.count(row.step.users)),
    },
    {
      id: 'first',
      title: 'Of the first',
      isNumber: true,
      value: (row) => row.step.ofFirst,
      cell: (row) => percent(row.step.ofFirst),
    },
    {
      id: 'previous',
      title: 'Of the step before',
      isNumber: true,
      value: (row) => row.step.ofPrevious,
      cell: (row) => percent(row.step.ofPrevious),
    },
    {
      id: 'lost',
      title: 'Lost',
      isNumber: true,
      value: (row) => row.lost,
      cell: (row) => (row.lost === null ? '–' : format.count(row.lost)),
    },
    {
      id: 'since',
      title: 'Median since the step before',
      isNumber: true,
      value: (row) => row.step.medianMsFromPrevious,
      cell: (row) => time(row.step.medianMsFromPrevious),
    },
    {
      id: 'total',
      title: 'Median since the first',
      isNumber: true,
      value: (row) => row.step.medianMsFromFirst,
      cell: (row) => time(row.step.medianMsFromFirst),
    },
  ];
  return (
    <>
      <section className="panel stack" aria-labelledby="funnel-title">
        <h2 id="funnel-title">
          {percent(last?.step.ofFirst ?? null)} of {format.count(first)} users take all {rows.length} steps
        </h2>
        <div className="funnel-bars" aria-hidden="true">
          {rows.map((row) => (
            <div key={row.key} className="funnel-bar">
              <span>
                <span style={{ height: `${(100 * (row.step.users ?? 0)) / first}%` }} />
              </span>
              <span className="small">
                <span className="strong">{percent(row.step.ofFirst)}</span>
                <span className="below wrap">{row.name}</span>
              </span>
            </div>
          ))}
        </div>
      </section>
      <Table
        id="funnel"
        label="Users by step"
        columns={columns}
        rows={rows}
        rowKey={(row) => row.key}
        tools={
          <span className="small quiet">
            {format.count(answer.events)} events read{answer.isGuarded ? `. ${fewWords}` : ''}
          </span>
        }
      />
      {by === 'none' ? null : <PartsTable answer={answer} by={by} rows={rows} />}
    </>
  );
}

type Part = FunnelAnswer['parts'][number];

function PartsTable({
  answer,
  by,
  rows,
}: {
  readonly answer: FunnelAnswer;
  readonly by: 'channel' | 'content' | 'country' | 'stream';
  readonly rows: readonly StepRow[];
}): ReactNode {
  const { format } = useWorkspace();
  const name = (part: Part): string =>
    part.isRest ? 'All others' : dimensionTitle(by, part.value, format.context.locale);
  const columns: readonly Column<Part>[] = [
    { id: 'name', title: capitalize(by), isName: true, value: name, cell: name },
    ...rows.map((row, i): Column<Part> => ({
      id: `step${i}`,
      title: row.name,
      isNumber: true,
      value: (part) => part.users[i] ?? null,
      cell: (part) => {
        const users = part.users[i] ?? null;
        return users === null ? <Few /> : format.count(users);
      },
    })),
    {
      id: 'rate',
      title: 'Of the first',
      isNumber: true,
      value: (part) => rateOf(part),
      cell: (part) => {
        const rate = rateOf(part);
        return rate === null ? '–' : format.percent(rate);
      },
    },
  ];
  return (
    <section className="stack-tight" aria-labelledby="parts-title">
      <h2 id="parts-title">By {by} of the first event</h2>
      <Table
        key={`${by} ${rows.length}`}
        id={`funnel-${by}`}
        label={`Users by step and ${by}`}
        columns={columns}
        rows={answer.parts}
        rowKey={(part) => (part.isRest ? 'rest' : `of ${part.value}`)}
      />
    </section>
  );
}

function rateOf({ users }: Part): number | null {
  const [first = null] = users;
  const last = users.at(-1) ?? null;
  return first === null || first === 0 || last === null ? null : last / first;
}
