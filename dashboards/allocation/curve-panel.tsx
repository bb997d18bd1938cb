import { useId, type ReactNode } from 'react';
import type {
  AllocationAnswer,
  AllocationBasis,
  AllocationChannel,
  AllocationQuestion,
  AllocationResource,
} from '../../platform/contracts/allocation-plan.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChoiceField } from '../ui/choice-field.tsx';
import { Field } from '../ui/form.tsx';
import { between } from '../workbench/between.ts';
import { NumberField } from '../workbench/number-field.tsx';
import { XyPanel, type XyMark } from '../workbench/xy-panel.tsx';
import { amountText, hold, holderTitle } from './allocation-words.ts';

/** How one channel answers to one resource, with the current and the proposed amount on it; a hand on it holds the amount and the rest is divided anew. */
export function CurvePanel({
  basis,
  channel,
  resource,
  answer,
  question,
  isOutdated,
  onChange,
  onChannel,
  onResource,
}: {
  readonly basis: AllocationBasis;
  readonly channel: AllocationChannel;
  readonly resource: AllocationResource;
  readonly answer: AllocationAnswer | undefined;
  readonly question: AllocationQuestion;
  readonly isOutdated: boolean;
  readonly onChange: (next: AllocationQuestion) => void;
  readonly onChannel: (id: string) => void;
  readonly onResource: (id: string) => void;
}): ReactNode {
  const { format } = useWorkspace();
  const rangeId = useId();
  const response = channel.responses[resource.id];
  const points = (response?.band ?? []).map(({ amount, high, low, value }) => ({
    x: amount,
    y: value,
    low,
    high,
  }));
  const row = answer?.rows.find((each) => each.channel === channel.id && each.resource === resource.id);
  const held = question.fixed?.[channel.id]?.[resource.id];
  const proposed = held ?? row?.proposed;
  const now = channel.current[resource.id] ?? 0;
  const most = points.at(-1)?.x ?? 0;
  const amount = (value: number): string => amountText(format, resource.unit, value, 'tile');
  const money = (value: number): string => format.value(value, 'currency', 'tile');
  const move = (value: number | undefined): void => onChange(hold(question, channel.id, resource.id, value));
  // In a revenue plan the other levers move as well; the curve is that of this one alone.
  const isAlone = basis.kind !== 'revenue';
  const marks: XyMark[] = [
    {
      id: 'now',
      label: 'Now',
      x: now,
      y: isAlone ? (row?.currentReturn ?? between(points, now)) : between(points, now),
      tone: 'now',
    },
    ...(proposed === undefined
      ? []
      : [
          {
            id: 'proposed',
            label: held === undefined ? 'Proposed' : 'Held by you',
            x: proposed,
            y:
              isAlone && held === undefined && row !== undefined
                ? row.proposedReturn
                : between(points, proposed),
            tone: 'proposed' as const,
          },
        ]),
  ];
  return (
    <XyPanel
      id="curve"
      title={
        holderTitle(resource.id) === 'Stream'
          ? `What a part of the mix brings in ${channel.id}`
          : `What ${resource.title.toLowerCase()} brings ${channel.id}`
      }
      xTitle={`${resource.title} in ${basis.periodDays} days`}
      yTitle="Return"
      xText={amount}
      yText={money}
      points={points}
      marks={marks}
      band={
        response?.origin === 'history'
          ? `95% of what its history allows; ${format.percent(response.carryOver)} of an effect is left a week later`
          : holderTitle(resource.id) === 'Stream'
            ? 'Assumed, not measured: an answer to effort a fifth weaker to a fifth stronger'
            : 'Assumed from the seeds’ factors, not measured: a quarter to twice of it'
      }
      isOutdated={isOutdated}
      onDrag={(x) => move(x)}
    >
      <div className="bench-controls">
        <Field label={holderTitle(resource.id)}>
          {(ids) => (
            <select
              {...ids}
              className="select"
              value={channel.id}
              onChange={(event) => onChannel(event.target.value)}
            >
              {basis.channels
                .filter(({ responses }) => responses[resource.id] !== undefined)
                .map(({ id }) => (
                  <option key={id} value={id}>
                    {id}
                  </option>
                ))}
            </select>
          )}
        </Field>
        {basis.resources.length < 2 ? null : (
          <ChoiceField
            label="Resource"
            value={resource.id}
            choices={basis.resources.map(({ id, title }) => [id, title])}
            onChange={onResource}
          />
        )}
        <NumberField
          label={`Hold at${resource.unit === 'money' ? `, ${basis.currency}` : resource.unit === 'hours' ? ', hours' : ', %'}`}
          value={held ?? row?.proposed}
          max={1e12}
          onChange={move}
        />
        {held === undefined ? null : (
          <button type="button" className="button" onClick={() => move(undefined)}>
            Let it free
          </button>
        )}
      </div>
      <label htmlFor={rangeId} className="small quiet">
        Drag, or use the arrow keys
      </label>
      <input
        id={rangeId}
        className="bench-range"
        type="range"
        min={0}
        max={most}
        step={most / 200 || 1}
        value={proposed ?? now}
        aria-valuetext={amount(proposed ?? now)}
        onChange={(event) => move(Number(event.target.value))}
      />
      {row === undefined ? null : (
        <p className="small quiet">
          One more{' '}
          {resource.unit === 'hours' ? 'hour' : resource.unit === 'percent' ? 'point' : basis.currency} here
          would bring {format.value(row.marginal, 'currency', 'full')}. Limits: {amount(row.min)} to{' '}
          {amount(row.max)}.
        </p>
      )}
    </XyPanel>
  );
}
