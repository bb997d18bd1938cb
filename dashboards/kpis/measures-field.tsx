import type { ReactNode } from 'react';
import type { Problem } from '../../platform/contracts/api.ts';
import type { EventTypeView } from '../../platform/contracts/admin.ts';
import type { KpiDefinition, Measure } from '../../platform/contracts/kpi.ts';
import { useQuery } from '../data/hooks.ts';
import { problemField } from '../data/problem.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChoiceField } from '../ui/choice-field.tsx';
import { Field } from '../ui/form.tsx';
import { TextField } from '../ui/text-field.tsx';
import { Icon } from '../ui/icons.tsx';
import { measureWords } from '../ui/kpi-words.ts';
import { emptyMeasure, measureDraft, numberFault, type MeasureDraft } from './kpi-draft.ts';

const aggs: readonly (readonly [Measure['agg'], string])[] = [
  ['sum', 'Sum of a field'],
  ['count', 'Number of events'],
  ['unique', 'Distinct users, contents or channels'],
  ['min', 'Smallest value of a field'],
  ['max', 'Largest value of a field'],
  ['quantile', 'Distribution of a field, for p50, p95 …'],
];

/** What a KPI is made of: measures taken over from other KPIs, or new ones over events. */
export function MeasuresField({
  drafts,
  known,
  problem,
  onChange,
}: {
  readonly drafts: readonly MeasureDraft[];
  readonly known: readonly KpiDefinition[];
  readonly problem: Problem | undefined;
  readonly onChange: (drafts: readonly MeasureDraft[]) => void;
}): ReactNode {
  const { queries } = useWorkspace();
  const types = useQuery(queries.eventTypes, 'all').data?.types ?? [];
  const used = new Set(drafts.map((draft) => draft.key));
  const shared = new Map(
    known.flatMap((kpi) => kpi.measures.map((measure) => [measure.key, measure] as const)),
  );
  const nextId = Math.max(0, ...drafts.map((draft) => draft.id)) + 1;
  const takeOver = (key: string): void => {
    const measure = shared.get(key);
    if (measure === undefined) return;
    const kept = drafts.filter((draft) => draft.key !== '' || draft.types.length > 0);
    onChange([...kept, measureDraft(measure, nextId)]);
  };
  return (
    <fieldset className="stack-tight">
      <legend className="field-label">Measures</legend>
      <p className="field-hint">
        A measure is what one pass over events adds up. One key means the same in every KPI, so those there
        are can be taken over.
      </p>
      {drafts.map((draft, i) => (
        <MeasureRow
          key={draft.id}
          draft={draft}
          types={types}
          fault={faultOf(problem, i)}
          onChange={(change) =>
            onChange(drafts.map((each) => (each.id === draft.id ? { ...each, ...change } : each)))
          }
          {...(drafts.length > 1
            ? { onRemove: () => onChange(drafts.filter((each) => each.id !== draft.id)) }
            : {})}
        />
      ))}
      <div className="row-wrap">
        <button type="button" className="button" onClick={() => onChange([...drafts, emptyMeasure(nextId)])}>
          <Icon name="plus" /> New measure
        </button>
        <select
          className="select take-over"
          aria-label="Take over a measure"
          value=""
          onChange={(event) => takeOver(event.target.value)}
        >
          <option value="">Take over a measure…</option>
          {[...shared.values()]
            .filter((measure) => !used.has(measure.key))
            .toSorted((a, b) => a.key.localeCompare(b.key))
            .map((measure) => (
              <option key={measure.key} value={measure.key}>
                {measure.key}: {measureWords(measure)}
              </option>
            ))}
        </select>
      </div>
    </fieldset>
  );
}

/** The server names a field as `measures.2.types`; what is wrong with the third is said at the third. */
function faultOf(problem: Problem | undefined, index: number): string | undefined {
  if (problem === undefined) return undefined;
  const field = problemField(problem);
  const isHere = field === `measures.${index}` || field?.startsWith(`measures.${index}.`) === true;
  return isHere ? problem.detail : undefined;
}

function MeasureRow({
  draft,
  types,
  fault,
  onChange,
  onRemove,
}: {
  readonly draft: MeasureDraft;
  readonly types: readonly EventTypeView[];
  readonly fault: string | undefined;
  readonly onChange: (change: Partial<MeasureDraft>) => void;
  readonly onRemove?: () => void;
}): ReactNode {
  const hasField = draft.agg !== 'count' && draft.agg !== 'unique';
  const fields = fieldsOf(draft, types);
  const name = draft.key === '' ? 'new measure' : draft.key;
  return (
    <div className="measure" role="group" aria-label={`Measure ${name}`}>
      <div className="form-row">
        <TextField
          label="Key"
          fault={fault}
          isCode
          value={draft.key}
          onChange={(text) => onChange({ key: text })}
        />
        <ChoiceField
          label="What it takes"
          value={draft.agg}
          choices={aggs}
          onChange={(chosen) => onChange({ agg: aggs.find(([agg]) => agg === chosen)?.[0] ?? 'sum' })}
        />
        {hasField ? (
          <Field label="Field">
            {(ids) => (
              <>
                <input
                  {...ids}
                  className="input mono"
                  list={`${ids.id}-fields`}
                  value={draft.field}
                  onChange={(event) => onChange({ field: event.target.value })}
                />
                <datalist id={`${ids.id}-fields`}>
                  {fields.map((field) => (
                    <option key={field} value={field}>
                      {field}
                    </option>
                  ))}
                </datalist>
              </>
            )}
          </Field>
        ) : null}
        {draft.agg === 'sum' ? (
          <TextField
            label="Where the field is absent"
            fault={numberFault(draft.absent)}
            inputMode="decimal"
            placeholder="0"
            value={draft.absent}
            onChange={(text) => onChange({ absent: text })}
          />
        ) : null}
        {draft.agg === 'unique' ? (
          <Field label="Distinct what">
            {(ids) => (
              <select
                {...ids}
                className="select"
                value={draft.of}
                onChange={(event) =>
                  onChange({
                    of:
                      (['user', 'content', 'channel'] as const).find((of) => of === event.target.value) ??
                      'user',
                  })
                }
              >
                <option value="user">Users</option>
                <option value="content">Contents</option>
                <option value="channel">Channels</option>
              </select>
            )}
          </Field>
        ) : null}
      </div>
      <fieldset>
        <legend className="field-label">Of events of type</legend>
        <div className="types">
          {types.map((type) => (
            <label key={type.type} className="check" title={type.description}>
              <input
                type="checkbox"
                checked={draft.types.includes(type.type)}
                onChange={(event) =>
                  onChange({
                    types: event.target.checked
                      ? [...draft.types, type.type]
                      : draft.types.filter((each) => each !== type.type),
                  })
                }
              />
              <span className="ellipsis">{type.type}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <div className="form-row">
        <TextField
          label="Only where the field"
          isCode
          placeholder="kind"
          value={draft.whereField}
          onChange={(text) => onChange({ whereField: text })}
        />
        <TextField
          label="is one of"
          isCode
          placeholder="like, save"
          value={draft.whereIn}
          onChange={(text) => onChange({ whereIn: text })}
        />
        {onRemove === undefined ? null : (
          <div className="field">
            <span className="field-label">&nbsp;</span>
            <button type="button" className="button button-plain" onClick={onRemove}>
              <Icon name="close" /> Remove {name}
            </button>
          </div>
        )}
      </div>
    </div>
  );
}

/** Numeric fields of the chosen types, money first. */
function fieldsOf(draft: MeasureDraft, types: readonly EventTypeView[]): readonly string[] {
  const chosen = types.filter((type) => draft.types.includes(type.type));
  const fields = new Set(
    chosen.flatMap((type) => [...(type.money === undefined ? [] : ['amount']), ...type.metrics]),
  );
  return [...fields];
}
