import type { ReactNode } from 'react';
import type {
  AttributionAnswer,
  AttributionModel,
  AttributionQuestion,
} from '../../platform/contracts/attribution.ts';
import { dimensionTitle } from '../data/colour-slots.ts';
import { useQuery } from '../data/hooks.ts';
import { matchesText, readMatches } from '../data/match-text.ts';
import { useParam } from '../data/router.ts';
import { useScope } from '../data/scope.ts';
import { dimensions } from '../data/view-state.ts';
import { attributionModels } from '../data/wire-analytics.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Computed } from '../ui/computing.tsx';
import { Field } from '../ui/form.tsx';
import { Heat } from '../ui/heat.tsx';
import { Empty } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { ViewControls } from '../ui/view-controls.tsx';
import { ChoiceField } from '../ui/choice-field.tsx';
import { Facts } from './facts.tsx';
import { MatchEditor, useEventTitles } from './match-editor.tsx';
import { useMoney } from './money.ts';
import { lengths, useChoice } from './options.ts';

type Touchpoint = AttributionAnswer['touchpoints'][number];

const modelTitles: Readonly<Record<AttributionModel, string>> = {
  first: 'First touch',
  last: 'Last touch',
  linear: 'Linear',
  time_decay: 'Time decay',
  position: 'Position 40/20/40',
  markov: 'Markov removal',
  shapley: 'Shapley',
};

/** Which touches led to conversions: seven models beside each other. */
export function AttributionTab(): ReactNode {
  const { queries } = useWorkspace();
  const scope = useScope();
  const [conversionText, setConversions] = useParam('conversions');
  const [touchText, setTouches] = useParam('touches');
  const [keyText, setKey] = useParam('touchpoint');
  const [lookback, setLookback] = useChoice('lookback', ['30d', '1d', '7d', '14d', '90d']);
  const [measure, setMeasure] = useChoice('credit', ['conversions', 'value']);
  const readConversions = readMatches(conversionText).slice(0, 8);
  const readTouches = readMatches(touchText).slice(0, 8);
  const conversions = readConversions.length === 0 ? [{ type: 'signup' }] : readConversions;
  const touches = readTouches.length === 0 ? [{ type: 'page_view' }] : readTouches;
  const key = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/.test(keyText) ? keyText : 'campaign';
  const question: AttributionQuestion = {
    fromMs: scope.range.fromMs,
    toMs: scope.range.toMs,
    conversions: [...conversions],
    touches: [...touches],
    key,
    lookbackMs: lengths[lookback].ms,
    filters: scope.view.filters,
  };
  const shown = useQuery(queries.attribution, question);
  return (
    <>
      <ViewControls scope={scope} isPlain />
      <section className="panel question" aria-label="Question">
        <MatchEditor
          label="Conversions: any of these"
          one="conversion"
          matches={conversions}
          fewest={1}
          most={8}
          onChange={(next) => setConversions(matchesText(next))}
        />
        <MatchEditor
          label="Touches: any of these"
          one="touch"
          matches={touches}
          fewest={1}
          most={8}
          onChange={(next) => setTouches(matchesText(next))}
        />
        <div className="question-row">
          <Field label="Touchpoints by" hint="type, channel, country or a field of data">
            {(ids) => (
              <input
                {...ids}
                key={key}
                className="input"
                list="touchpoint-keys"
                defaultValue={key}
                maxLength={128}
                onBlur={(event) => setKey(event.target.value.trim())}
                onKeyDown={(event) => {
                  if (event.key === 'Enter') setKey(event.currentTarget.value.trim());
                }}
              />
            )}
          </Field>
          <datalist id="touchpoint-keys">
            {['campaign', 'type', 'channel', 'content', 'country', 'stream', 'platform', 'sponsor'].map(
              (each) => (
                <option key={each} value={each}>
                  {each}
                </option>
              ),
            )}
          </datalist>
          <ChoiceField
            label="Touches up to"
            value={lookback}
            choices={(['1d', '7d', '14d', '30d', '90d'] as const).map((each) => [
              each,
              `${lengths[each].title} before`,
            ])}
            onChange={setLookback}
          />
          <ChoiceField
            label="Credit in"
            value={measure}
            choices={[
              ['conversions', 'Conversions'],
              ['value', 'Revenue'],
            ]}
            onChange={setMeasure}
          />
        </div>
      </section>
      <Computed shown={shown} what="The attribution" onAgain={queries.attribution.refresh}>
        {(answer) => <Comparison answer={answer} field={key} isValue={measure === 'value'} />}
      </Computed>
    </>
  );
}

function Comparison({
  answer,
  field,
  isValue,
}: {
  readonly answer: AttributionAnswer;
  readonly field: string;
  readonly isValue: boolean;
}): ReactNode {
  const { format } = useWorkspace();
  const money = useMoney();
  const titles = useEventTitles();
  const dimension = dimensions.find((each) => each === field);
  const nameOf = (text: string): string => {
    if (dimension !== undefined) return dimensionTitle(dimension, text, format.context.locale);
    if (field === 'type') return titles.get(text) ?? text;
    return text === '' ? `No ${field}` : text;
  };
  const name = (row: Touchpoint): string => (row.isRest ? 'All others' : nameOf(row.key));
  if (answer.conversions === 0)
    return (
      <Empty title="No conversion in this range">
        <p>
          Conversions and touches need the same <code>user_id</code>: <code>page_view</code> with a{' '}
          <code>campaign</code>, <code>affiliate_click</code> or <code>sponsor_click</code> before a{' '}
          <code>signup</code> or <code>product_sale</code> fill this.
        </p>
      </Empty>
    );
  const creditOf = (row: Touchpoint, model: AttributionModel): Touchpoint['credits'][number] | undefined =>
    row.credits.find((credit) => credit.model === model);
  const valueOf = (row: Touchpoint, model: AttributionModel): number => {
    const credit = creditOf(row, model);
    return (isValue ? credit?.valueMinor : credit?.conversions) ?? 0;
  };
  const text = (value: number): string =>
    isValue ? money.full(value) : format.value(Math.round(value * 10) / 10, 'count', 'full');
  const highest = Math.max(
    0,
    ...answer.touchpoints.flatMap((row) => attributionModels.map((model) => valueOf(row, model))),
  );
  const columns: readonly Column<Touchpoint>[] = [
    { id: 'name', title: 'Touchpoint', isName: true, value: name, cell: name },
    {
      id: 'touches',
      title: 'Touches',
      isNumber: true,
      value: (row) => row.touches,
      cell: (row) => format.count(row.touches),
    },
    ...attributionModels.map((model): Column<Touchpoint> => ({
      id: model,
      title: modelTitles[model],
      isNumber: true,
      value: (row) => (isValue ? money.major(valueOf(row, model)) : valueOf(row, model)),
      cell: (row) => {
        const error = creditOf(row, model)?.conversionsError;
        const value = valueOf(row, model);
        return (
          <Heat
            share={highest > 0 ? value / highest : 0}
            title={`${modelTitles[model]}: ${text(value)}${error === undefined ? '' : `, standard error ${error.toFixed(2)} conversions`}`}
          >
            {text(value)}
            {error === undefined || isValue ? '' : ` ±${error.toFixed(1)}`}
          </Heat>
        );
      },
    })),
  ];
  const total = (model: AttributionModel): string =>
    text(answer.touchpoints.reduce((sum, row) => sum + valueOf(row, model), 0));
  const { unattributed } = answer;
  return (
    <>
      <Facts
        label="Conversions"
        facts={[
          {
            name: 'Conversions',
            value: format.count(answer.conversions),
            note: `worth ${money.full(answer.valueMinor)}`,
          },
          {
            name: 'Without a touch',
            value: format.count(unattributed.conversions),
            note: `worth ${money.full(unattributed.valueMinor)}, in no row below`,
          },
          {
            name: 'Touches of a path, mean',
            value: answer.meanTouches === null ? '–' : answer.meanTouches.toFixed(1),
            note: 'since the conversion before',
          },
          {
            name: 'Paths without a conversion',
            value: format.count(answer.lostPaths),
            note: 'they weigh in the chain',
          },
        ]}
      />
      <section className="stack-tight" aria-labelledby="models-title">
        <h2 id="models-title">{isValue ? 'Revenue' : 'Conversions'} by touchpoint and model</h2>
        <Table
          key={String(isValue)}
          id={isValue ? 'attribution-revenue' : 'attribution-conversions'}
          label={`Credit in ${isValue ? 'revenue' : 'conversions'} by touchpoint and model`}
          columns={columns}
          rows={answer.touchpoints}
          rowKey={(row) => (row.isRest ? 'rest' : `of ${row.key}`)}
          sort={{ column: 'shapley', isDown: true }}
          tools={
            <span className="small quiet">
              Each column adds up to the same. Time decay halves in 7 days. Shapley is{' '}
              {answer.shapley === 'exact' ? 'exact' : 'sampled from 400 orders'}.{' '}
              {format.count(answer.events)} events read.
            </span>
          }
          foot={
            <tr>
              <th scope="row">Total</th>
              <td className="number">
                {format.count(answer.touchpoints.reduce((sum, row) => sum + row.touches, 0))}
              </td>
              {attributionModels.map((model) => (
                <td key={model} className="number">
                  {total(model)}
                </td>
              ))}
            </tr>
          }
          empty={<p className="empty">No conversion has a touch within the lookback.</p>}
        />
      </section>
      <section className="stack-tight" aria-labelledby="paths-title">
        <h2 id="paths-title">Most frequent paths to a conversion</h2>
        <Table
          id="attribution-paths"
          label="Paths to a conversion"
          columns={[
            {
              id: 'path',
              title: 'Path',
              isName: true,
              value: (row) => row.keys.map(nameOf).join(' → '),
              cell: (row) => <span className="wrap">{row.keys.map(nameOf).join(' → ')}</span>,
            },
            {
              id: 'conversions',
              title: 'Conversions',
              isNumber: true,
              value: (row) => row.conversions,
              bar: (row) => row.conversions / (answer.paths[0]?.conversions ?? 1),
              cell: (row) => format.count(row.conversions),
            },
            {
              id: 'value',
              title: 'Revenue',
              isNumber: true,
              value: (row) => money.major(row.valueMinor),
              cell: (row) => money.full(row.valueMinor),
            },
          ]}
          rows={answer.paths}
          rowKey={(row) => JSON.stringify(row.keys)}
          sort={{ column: 'conversions', isDown: true }}
          empty={<p className="empty">No path in this range.</p>}
        />
      </section>
    </>
  );
}
