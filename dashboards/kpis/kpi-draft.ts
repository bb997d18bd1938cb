import type { AlarmWindow } from '../../platform/contracts/alarm-window.ts';
import type { KpiRequest } from '../../platform/contracts/api.ts';
import type { Dimension, KpiDefinition, KpiUnit, Measure } from '../../platform/contracts/kpi.ts';

/** A measure while it is typed. */
export interface MeasureDraft {
  readonly id: number;
  readonly key: string;
  readonly agg: Measure['agg'];
  readonly types: readonly string[];
  /** `amount`, or the name of a numeric field. */
  readonly field: string;
  readonly of: 'user' | 'content' | 'channel';
  readonly absent: string;
  readonly whereField: string;
  readonly whereIn: string;
}

/** A KPI while it is typed: everything is text. */
export interface KpiDraft {
  readonly key: string;
  /** Whether the key follows the title. */
  readonly isKeyOwn: boolean;
  readonly title: string;
  readonly description: string;
  readonly unit: KpiUnit;
  readonly direction: 'up' | 'down';
  readonly formula: string;
  readonly target: string;
  readonly alertThreshold: string;
  /** Windows the alert level is judged in; undefined as is usual for such a KPI. */
  readonly alertWindows: readonly AlarmWindow[] | undefined;
  readonly dimensions: readonly Dimension[];
  readonly cut: Dimension | undefined;
  readonly measures: readonly MeasureDraft[];
  /** Kept as they are: the form does not change them. */
  readonly basis: KpiDefinition['basis'];
  readonly windows: KpiDefinition['windows'];
}

export function emptyMeasure(id: number): MeasureDraft {
  return {
    id,
    key: '',
    agg: 'sum',
    types: [],
    field: 'amount',
    of: 'user',
    absent: '',
    whereField: '',
    whereIn: '',
  };
}

export const emptyDraft: KpiDraft = {
  key: '',
  isKeyOwn: false,
  title: '',
  description: '',
  unit: 'count',
  direction: 'up',
  formula: '',
  target: '',
  alertThreshold: '',
  alertWindows: undefined,
  dimensions: ['channel', 'content', 'country'],
  cut: undefined,
  measures: [emptyMeasure(1)],
  basis: undefined,
  windows: undefined,
};

export function draftOf(kpi: KpiDefinition): KpiDraft {
  return {
    key: kpi.key,
    isKeyOwn: true,
    title: kpi.title,
    description: kpi.description,
    unit: kpi.unit,
    direction: kpi.direction,
    formula: kpi.formula,
    target: kpi.target === undefined ? '' : String(kpi.target),
    alertThreshold: kpi.alertThreshold === undefined ? '' : String(kpi.alertThreshold),
    alertWindows: kpi.alertWindows,
    dimensions: kpi.dimensions,
    cut: kpi.cut,
    measures: kpi.measures.map((measure, i) => measureDraft(measure, i + 1)),
    basis: kpi.basis,
    windows: kpi.windows,
  };
}

export function measureDraft(measure: Measure, id: number): MeasureDraft {
  const hasField = measure.agg !== 'count' && measure.agg !== 'unique';
  return {
    id,
    key: measure.key,
    agg: measure.agg,
    types: measure.types,
    field: hasField ? measure.field.replace(/^m:/, '') : 'amount',
    of: measure.agg === 'unique' ? measure.of : 'user',
    absent: measure.agg === 'sum' && measure.default !== undefined ? String(measure.default) : '',
    whereField: measure.where?.field ?? '',
    whereIn: measure.where?.in.map(String).join(', ') ?? '',
  };
}

/** What is sent. Whether it is right the server says, field by field. */
export function requestOf(draft: KpiDraft): KpiRequest {
  const target = numberOf(draft.target);
  const alertThreshold = numberOf(draft.alertThreshold);
  return {
    key: draft.key.trim(),
    title: draft.title.trim(),
    description: draft.description.trim(),
    unit: draft.unit,
    direction: draft.direction,
    formula: draft.formula.trim(),
    measures: draft.measures.map(measureOf),
    dimensions: [...draft.dimensions],
    ...(draft.basis === undefined ? {} : { basis: draft.basis }),
    ...(draft.windows === undefined ? {} : { windows: [...draft.windows] }),
    ...(draft.cut === undefined ? {} : { cut: draft.cut }),
    ...(target === undefined ? {} : { target }),
    ...(alertThreshold === undefined ? {} : { alertThreshold }),
    ...(draft.alertWindows === undefined ? {} : { alertWindows: [...draft.alertWindows] }),
  };
}

export function measureOf(draft: MeasureDraft): Measure {
  const base = { key: draft.key.trim(), types: [...draft.types], ...whereOf(draft) };
  const field = draft.field === 'amount' ? 'amount' : `m:${draft.field.trim()}`;
  switch (draft.agg) {
    case 'count':
      return { ...base, agg: 'count' };
    case 'sum': {
      const absent = numberOf(draft.absent);
      return { ...base, agg: 'sum', field, ...(absent === undefined ? {} : { default: absent }) };
    }
    case 'min':
    case 'max':
    case 'quantile':
      return { ...base, agg: draft.agg, field };
    case 'unique':
      return { ...base, agg: 'unique', of: draft.of };
  }
}

function whereOf({ whereField, whereIn }: MeasureDraft): Partial<Pick<Measure, 'where'>> {
  const values = whereIn
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
  return whereField.trim() === '' || values.length === 0
    ? {}
    : { where: { field: whereField.trim(), in: values.map(scalarOf) } };
}

function scalarOf(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return numberOf(text) ?? text;
}

function numberOf(text: string): number | undefined {
  const value = Number(text.trim().replace(',', '.'));
  return text.trim() !== '' && Number.isFinite(value) ? value : undefined;
}

/** What is wrong with a field that takes a number or nothing. It cannot be sent as typed, so the server could not say. */
export function numberFault(text: string): string | undefined {
  return text.trim() === '' || numberOf(text) !== undefined
    ? undefined
    : 'Write a number such as 0.05, or nothing.';
}

/** A key made of a title, as the contract spells keys. */
export function keyOf(title: string): string {
  return title
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+/, '')
    .replace(/_+$/, '')
    .slice(0, 64);
}
